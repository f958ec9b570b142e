import { unrefTimer, type SetTimer } from '../timer.ts';

/**
 * When exporters push. Ticks are counted from one origin for all, so that exporters with the same interval (or one a
 * multiple of the other's) push at the same moment and share one reading.
 *
 * The origin is a random moment of the last day, on the monotonic clock: ten thousand nodes that start in the same second
 * spread their pushes over the whole interval, and a wall clock that is set does not move the ticks. It stays for the
 * process's life, so a reload does not move them either.
 */
export interface PushSchedule {
  /**
   * Calls `onTick` at every multiple of `intervalMs` since the origin, and where the first one is far away once before,
   * so that a new node shows within 5 s. Gives back how to stop.
   */
  every(intervalMs: number, onTick: () => void): () => void;
}

/**
 * Long beside any interval, so that the origin's remainder is uniform for each of them, exactly for those that divide a
 * day and within a 24th for those up to an hour.
 */
const originSpreadMs = 24 * 3_600_000;

/**
 * The first pushes of a rollout spread over this: they come with the next tick if that is within it, else at a multiple
 * of it since the origin, so that exporters that join together share that reading too.
 */
const firstPushWithinMs = 5_000;

interface Beat {
  readonly listeners: Set<() => void>;
  nextAtMs: number;
  cancel: () => void;
}

/** @param random between 0 and 1, as Math.random gives it */
export function createPushSchedule(
  nowMs: () => number,
  setTimer: SetTimer,
  random: () => number,
): PushSchedule {
  const beats = new Map<number, Beat>();
  const originMs = nowMs() - random() * originSpreadMs;

  const ticksSince = (intervalMs: number): number => Math.floor((nowMs() - originMs) / intervalMs);
  const at = (atMs: number, run: () => void): (() => void) => setTimer(run, Math.max(0, atMs - nowMs()));

  const arm = (intervalMs: number, beat: Beat, afterTick: number): void => {
    // Timers may fire a moment early, and late after the event loop was busy: no tick comes twice, missed ones are left out.
    const tick = Math.max(afterTick, ticksSince(intervalMs)) + 1;
    const run = (): void => {
      arm(intervalMs, beat, tick);
      for (const listener of [...beat.listeners]) listener();
    };
    beat.nextAtMs = originMs + tick * intervalMs;
    beat.cancel = at(beat.nextAtMs, run);
  };

  const join = (intervalMs: number): Beat => {
    const existing = beats.get(intervalMs);
    if (existing !== undefined) return existing;
    const beat: Beat = { listeners: new Set(), nextAtMs: 0, cancel: () => {} };
    beats.set(intervalMs, beat);
    arm(intervalMs, beat, 0);
    return beat;
  };

  return {
    every: (intervalMs, onTick) => {
      const beat = join(intervalMs);
      const listener = (): void => onTick();
      beat.listeners.add(listener);
      const tickIsNear = beat.nextAtMs - nowMs() <= firstPushWithinMs;
      const firstAtMs = originMs + (ticksSince(firstPushWithinMs) + 1) * firstPushWithinMs;
      const cancelFirst = tickIsNear ? (): void => {} : at(firstAtMs, listener);
      return () => {
        cancelFirst();
        beat.listeners.delete(listener);
        if (beat.listeners.size > 0 || beats.get(intervalMs) !== beat) return;
        beat.cancel();
        beats.delete(intervalMs);
      };
    },
  };
}

/** The process's schedule: what makes exporters tick together. */
export const pushSchedule: PushSchedule = createPushSchedule(
  () => performance.now(),
  unrefTimer,
  () => Math.random(),
);
