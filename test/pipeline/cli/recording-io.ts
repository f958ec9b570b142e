import type { CommandIo } from '../../../pipeline/cli/validate.ts';

/** What a command touches, with what it wrote kept. */
export function recordingIo(env: Readonly<Record<string, string>> = {}) {
  const written = { stdout: '', stderr: '' };
  const io: CommandIo = {
    stdout: (text) => void (written.stdout += text),
    stderr: (text) => void (written.stderr += text),
    env,
    isTerminal: false,
  };
  return { ...io, output: () => ({ ...written }) };
}
