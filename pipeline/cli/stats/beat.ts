/** When intervals end. */

export interface BeatClock {
  /** ms of a clock that only goes forward. */
  readonly monotonicNow: () => number;
  /** Resolves after the time, or at once when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Of an interval: who wakes up later has not slept, but stood still. */
const lateness = 0.1;

/**
 * Gives what waits for the next multiple of the interval, from now on. Where that passed while the process was stopped or
 * the machine stood still, multiples are counted anew from then: no interval is shorter than it should be, because drives
 * count in steps, and a step in a moment would look like a burst.
 */
export function createBeat(
  intervalMs: number,
  { monotonicNow, sleep, signal }: BeatClock,
): () => Promise<void> {
  let startedAtMs = monotonicNow();
  let beat = 0;
  return async () => {
    beat = Math.max(beat, Math.floor((monotonicNow() - startedAtMs) / intervalMs)) + 1;
    const dueMs = startedAtMs + beat * intervalMs;
    await sleep(dueMs - monotonicNow(), signal);
    const wokenAtMs = monotonicNow();
    if (wokenAtMs - dueMs <= lateness * intervalMs) return;
    startedAtMs = wokenAtMs;
    beat = 0;
  };
}
