/** When intervals end. */

export interface BeatClock {
  /** ms since the epoch. */
  readonly now: () => number;
  /** Resolves after the time, or at once when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Gives what waits for the next multiple of the interval, from now on. Multiples that passed while nobody waited (the
 * process was stopped, the machine slept) are left out, and a clock that is set back makes no interval longer.
 */
export function createBeat(intervalMs: number, { now, sleep, signal }: BeatClock): () => Promise<void> {
  const startedAtMs = now();
  let beat = 0;
  return async () => {
    beat = Math.max(beat, Math.floor((now() - startedAtMs) / intervalMs)) + 1;
    await sleep(Math.min(intervalMs, startedAtMs + beat * intervalMs - now()), signal);
  };
}
