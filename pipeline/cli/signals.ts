import { exitCode } from './exit-code.ts';

/** What the process is told from outside while it runs. */
export interface ProcessSignals {
  /** Resolves with the signal that is to end the process. */
  readonly ended: Promise<NodeJS.Signals>;
  /** Calls this at every SIGHUP until the end, and at once for one that came before. */
  onReload(reload: () => void): void;
}

/**
 * Watches from now on: a signal without a listener ends the process, or, where it is PID 1 of a container, is lost.
 *
 * A person who interrupts once more does not want to wait for the end; who sends SIGTERM more than once (a supervisor and
 * its wrapper) still wants what is due to be pushed.
 */
export function watchSignals(): ProcessSignals {
  let reload: (() => void) | undefined;
  let reloadIsDue = false;
  let isEnding = false;
  process.on('SIGHUP', () => {
    if (isEnding) return;
    if (reload === undefined) reloadIsDue = true;
    else reload();
  });
  const ended = new Promise<NodeJS.Signals>((resolve) => {
    const end = (signal: NodeJS.Signals) => {
      if (isEnding && signal === 'SIGINT') process.exit(exitCode.couldNot);
      isEnding = true;
      resolve(signal);
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end);
  });
  return {
    ended,
    onReload(listener) {
      reload = listener;
      if (reloadIsDue) listener();
    },
  };
}
