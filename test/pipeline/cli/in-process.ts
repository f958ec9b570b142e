import { parseCommandLine } from '../../../pipeline/cli/command-line.ts';
import { commands } from '../../../pipeline/cli/commands.ts';
import { dispatch } from '../../../pipeline/cli/dispatch.ts';

export interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

/** Takes away what was made to listen to signals since: nobody may interrupt the tests in vain. */
function rememberListeners(): () => void {
  const before = signals.map((signal) => process.listeners(signal));
  return () =>
    signals.forEach((signal, index) => {
      for (const listener of process.listeners(signal)) {
        if (before[index]?.includes(listener) !== true) process.off(signal, listener);
      }
    });
}

/** What a command prints to the process's own streams, which nobody else writes to meanwhile. */
export async function runInProcess(...argv: readonly string[]): Promise<Printed> {
  const parsed = parseCommandLine(argv, commands);
  if (!parsed.ok) throw new Error(parsed.message);
  const forgetListeners = rememberListeners();
  const printed = { stdout: '', stderr: '' };
  const streams = ['stdout', 'stderr'] as const;
  const originals = streams.map((name) => process[name].write);
  for (const name of streams) {
    process[name].write = (text: string | Uint8Array) => {
      printed[name] += String(text);
      return true;
    };
  }
  try {
    return { code: await dispatch(parsed.line), ...printed };
  } finally {
    forgetListeners();
    streams.forEach((name, index) => {
      const original = originals[index];
      if (original !== undefined) process[name].write = original;
    });
  }
}
