import { unrefTimer, type SetTimer } from '../timer.ts';

/**
 * When exporters push. Ticks are counted from one origin for all, so that exporters with the same interval (or one a
 * multiple of the other's) push at the same moment and share one reading.
 *
 * The origin is when the first exporter joined, on the monotonic clock: a wall clock that is set does not move the
 * ticks, and ten thousand nodes do not push at the same full minute.
 */
export interface PushSchedule {
  /** Calls `onTick` every `intervalMs`, first at the next multiple of it since the origin. Gives back how to stop. */
  every(intervalMs: number, onTick: () => void): () => void;
}

interface Beat {
  readonly listeners: Set<() => void>;
  cancel: () => void;
}

export function createPushSchedule(nowMs: () => number, setTimer: SetTimer): PushSchedule {
  const beats = new Map<number, Beat>();
  let originMs = 0;

  const arm = (intervalMs: number, beat: Beat, afterTick: number): void => {
    // Timers may fire a moment early, and late after the event loop was busy: no tick comes twice, missed ones are left out.
    const tick = Math.max(afterTick, Math.floor((nowMs() - originMs) / intervalMs)) + 1;
    const run = (): void => {
      arm(intervalMs, beat, tick);
      for (const listener of [...beat.listeners]) listener();
    };
    beat.cancel = setTimer(run, Math.max(0, originMs + tick * intervalMs - nowMs()));
  };

  const join = (intervalMs: number): Beat => {
    const existing = beats.get(intervalMs);
    if (existing !== undefined) return existing;
    if (beats.size === 0) originMs = nowMs();
    const beat: Beat = { listeners: new Set(), cancel: () => {} };
    beats.set(intervalMs, beat);
    arm(intervalMs, beat, 0);
    return beat;
  };

  return {
    every: (intervalMs, onTick) => {
      const beat = join(intervalMs);
      const listener = (): void => onTick();
      beat.listeners.add(listener);
      return () => {
        beat.listeners.delete(listener);
        if (beat.listeners.size > 0 || beats.get(intervalMs) !== beat) return;
        beat.cancel();
        beats.delete(intervalMs);
      };
    },
  };
}

/** The process's schedule: what makes exporters tick together. */
export const pushSchedule: PushSchedule = createPushSchedule(() => performance.now(), unrefTimer);
