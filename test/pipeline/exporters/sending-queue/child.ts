import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A program of this folder in a process of its own, that says one thing a line and is told one thing a line. */
export interface Child {
  readonly process: ChildProcess;
  readonly lines: readonly string[];
  /** Resolves with the first line that fits; rejects when the process ends without. */
  line(pattern: RegExp): Promise<string>;
  kill(): Promise<void>;
}

export function startChild(program: string, args: readonly string[], wrapper: readonly string[] = []): Child {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const [command = '', ...rest] = [...wrapper, process.execPath, '--import', 'tsx', path, ...args];
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  const tell = (): void => [...listeners].forEach((listener) => listener());
  const output = createInterface({ input: child.stdout });
  output.on('line', (text) => {
    lines.push(text);
    tell();
  });
  let ended = false;
  output.on('close', () => {
    ended = true;
    tell();
  });
  return {
    process: child,
    lines,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find((text) => pattern.test(text));
          if (found !== undefined) resolve(found);
          else if (ended)
            reject(new Error(`${program} ended without ${pattern}; it said: ${lines.join(' | ')}`));
          else return;
          listeners.delete(look);
        };
        listeners.add(look);
        look();
      }),
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
