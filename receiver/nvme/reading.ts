import {
  advance,
  createAttachment,
  firstState,
  type Attachment,
  type AttachmentState,
} from './attachment.ts';
import type { ReadError, ReadOutcome, Volume } from './source.ts';

/** One volume at one reading. */
export type VolumeReading =
  | { readonly attachment: Attachment; readonly ok: true; readonly state: AttachmentState }
  | { readonly attachment: Attachment; readonly ok: false; readonly error: ReadError };

/** All volumes of the node at one moment. */
export interface Reading {
  /** When the last drive had answered, ms since the epoch. */
  readonly readAtMs: number;
  readonly volumes: readonly VolumeReading[];
}

/** What changed with a reading: each is said once, when it happens. */
export type ReadingEvent =
  | { readonly type: 'attached'; readonly volume: Volume }
  | { readonly type: 'detached'; readonly volume: Volume }
  | { readonly type: 'reset'; readonly volume: Volume }
  | { readonly type: 'failed'; readonly volume: Volume; readonly error: ReadError }
  | { readonly type: 'recovered'; readonly volume: Volume; readonly error: ReadError };

interface Tracked {
  readonly attachment: Attachment;
  readonly state: AttachmentState | undefined;
  /** When the device node was made, at the reading that `state` is of. */
  readonly bornAtMs: number | undefined;
  readonly error: ReadError | undefined;
}

function sameVolume(a: Volume, b: Volume): boolean {
  return a.id === b.id && a.controller === b.controller && a.kind === b.kind;
}

function birth(outcome: ReadOutcome): number | undefined {
  return outcome.ok && outcome.bornAtMs !== undefined && outcome.bornAtMs > 0 ? outcome.bornAtMs : undefined;
}

/** Less than it takes to attach a volume, and more than is lost in making milliseconds of what the kernel says. */
const birthToleranceMs = 1;

/** Whether the device node was made anew between two readings. */
function isReborn(beforeMs: number | undefined, nowMs: number | undefined): boolean {
  return beforeMs !== undefined && nowMs !== undefined && Math.abs(nowMs - beforeMs) > birthToleranceMs;
}

/**
 * When the counters of a volume were zero, ms since the epoch. The device node is made when the volume is attached, so
 * its age survives a restart of the collector.
 * @param wallMs the time of the reading
 * @param notBeforeMs the last time at which these counters were not there yet, where one is known
 */
function counterStart(outcome: ReadOutcome, wallMs: number, notBeforeMs: number | undefined): number {
  const attachedAtMs =
    outcome.ok && outcome.attachedAtMs !== undefined && outcome.attachedAtMs > 0
      ? outcome.attachedAtMs
      : undefined;
  const earliestMs = Math.max(attachedAtMs ?? 0, notBeforeMs ?? 0);
  // A clock that was set back must not put the start after the reading.
  return earliestMs > 0 ? Math.min(earliestMs, wallMs) : wallMs;
}

/**
 * Follows the attachments of a node from reading to reading. Nothing is kept of a volume that is not in the latest one.
 * @param simulated marks every attachment
 */
export function createReadingHistory(simulated: boolean): {
  next(
    volumes: readonly Volume[],
    outcomes: readonly ReadOutcome[],
    wallMs: number,
  ): { readonly reading: Reading; readonly events: readonly ReadingEvent[] };
} {
  const tracked = new Map<string, Tracked>();
  let lastReadAtMs: number | undefined;

  const follow = (
    volume: Volume,
    outcome: ReadOutcome,
    wallMs: number,
    events: ReadingEvent[],
  ): { next: Tracked; reading: VolumeReading } => {
    let before = tracked.get(volume.device);
    if (before !== undefined && !sameVolume(before.attachment.volume, volume)) {
      events.push({ type: 'detached', volume: before.attachment.volume });
      before = undefined;
    }
    if (before === undefined) events.push({ type: 'attached', volume });

    if (!outcome.ok) {
      const { error } = outcome;
      // While a volume cannot be read its attachment stays, and so does what its counters are compared with.
      const attachment =
        before?.attachment ??
        createAttachment(volume, counterStart(outcome, wallMs, lastReadAtMs), simulated);
      if (before?.error?.type !== error.type) events.push({ type: 'failed', volume, error });
      const { state, bornAtMs } = before ?? { state: undefined, bornAtMs: undefined };
      return {
        next: { attachment, state, bornAtMs, error },
        reading: { attachment, ok: false, error },
      };
    }

    if (before?.error !== undefined) events.push({ type: 'recovered', volume, error: before.error });
    const { statistics, completedAtMs } = outcome;
    let attachment = before?.attachment;
    const bornAtMs = birth(outcome);
    const reborn = isReborn(before?.bornAtMs, bornAtMs);
    let state =
      before?.state && !reborn ? advance(before.state, statistics, completedAtMs, wallMs) : undefined;
    if (before?.state !== undefined && state === undefined) {
      events.push({ type: 'reset', volume });
      attachment = createAttachment(
        volume,
        // The same node, or nobody knows: the counters were still there at the reading before.
        counterStart(outcome, wallMs, reborn ? undefined : before.state.wallTimeMs),
        simulated,
      );
    } else if (before === undefined || attachment === undefined) {
      // A volume that one discovery missed has its node of before, and did not start over. Only a birth proves that.
      const notBeforeMs = bornAtMs === undefined ? lastReadAtMs : undefined;
      attachment = createAttachment(volume, counterStart(outcome, wallMs, notBeforeMs), simulated);
    } else if (before.state === undefined) {
      // Seen before, never read until now: only now is it known since when it is attached.
      attachment = createAttachment(volume, counterStart(outcome, wallMs, undefined), simulated);
    }
    state ??= firstState(statistics, completedAtMs, wallMs);
    return {
      next: { attachment, state, bornAtMs, error: undefined },
      reading: { attachment, ok: true, state },
    };
  };

  const forgetOthers = (volumes: readonly Volume[], events: ReadingEvent[]): void => {
    const present = new Set(volumes.map((volume) => volume.device));
    for (const [device, { attachment }] of tracked) {
      if (present.has(device)) continue;
      events.push({ type: 'detached', volume: attachment.volume });
      tracked.delete(device);
    }
  };

  return {
    next(volumes, outcomes, wallMs) {
      const events: ReadingEvent[] = [];
      const areKnown = volumes.length === tracked.size && volumes.every(({ device }) => tracked.has(device));
      if (!areKnown) forgetOthers(volumes, events);
      const readings: VolumeReading[] = [];
      volumes.forEach((volume, index) => {
        const outcome = outcomes[index];
        if (outcome === undefined) return;
        const { next, reading } = follow(volume, outcome, wallMs, events);
        tracked.set(volume.device, next);
        readings.push(reading);
      });
      lastReadAtMs = wallMs;
      return { reading: { readAtMs: wallMs, volumes: readings }, events };
    },
  };
}
