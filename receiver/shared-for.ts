/**
 * Who asks once in the minimum interval asks a moment early or late, as timers and event loops have it, and is still to
 * be given a reading of its own.
 */
const timerSlackMs = 50;

/** How long a reading is shared, ms. */
export function sharedForMs(minIntervalMs: number): number {
  return minIntervalMs - Math.min(timerSlackMs, minIntervalMs / 20);
}
