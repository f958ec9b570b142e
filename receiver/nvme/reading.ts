import {
  advance,
  createAttachment,
  firstState,
  type Attachment,
  type AttachmentState,
} from './attachment.ts';
import type { Answer, ReadError, ReadOutcome, Volume } from './source.ts';
import { createStateRoom, type StateRoom } from './state-room.ts';

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

/** Seen by nobody else: changed from reading to reading. */
interface Tracked {
  attachment: Attachment;
  state: AttachmentState | undefined;
  /** When the device node was made, at the reading that `state` is of. */
  bornAtMs: number | undefined;
  error: ReadError | undefined;
}

function sameVolume(a: Volume, b: Volume): boolean {
  return a.id === b.id && a.controller === b.controller && a.kind === b.kind;
}

function birth({ bornAtMs }: Answer): number | undefined {
  return bornAtMs !== undefined && bornAtMs > 0 ? bornAtMs : undefined;
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
  let roomTaken = 0;

  const follow = (
    volume: Volume,
    outcome: ReadOutcome,
    wallMs: number,
    room: StateRoom,
    events: ReadingEvent[],
  ): VolumeReading => {
    let before = tracked.get(volume.device);
    if (before !== undefined && !sameVolume(before.attachment.volume, volume)) {
      events.push({ type: 'detached', volume: before.attachment.volume });
      before = undefined;
    }
    if (before === undefined) events.push({ type: 'attached', volume });

    if (!outcome.ok) {
      const { error } = outcome;
      // While a volume cannot be read its attachment stays, and so does what its counters are compared with.
      if (before?.error?.type !== error.type) events.push({ type: 'failed', volume, error });
      if (before === undefined) {
        const attachment = createAttachment(volume, counterStart(outcome, wallMs, lastReadAtMs), simulated);
        before = { attachment, state: undefined, bornAtMs: undefined, error };
        tracked.set(volume.device, before);
      }
      before.error = error;
      return { attachment: before.attachment, ok: false, error };
    }

    if (before?.error !== undefined) events.push({ type: 'recovered', volume, error: before.error });
    let attachment = before?.attachment;
    const bornAtMs = birth(outcome);
    const reborn = isReborn(before?.bornAtMs, bornAtMs);
    let state = before?.state && !reborn ? advance(before.state, outcome, wallMs, room) : undefined;
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
    state ??= firstState(outcome, wallMs);
    if (before === undefined) {
      tracked.set(volume.device, { attachment, state, bornAtMs, error: undefined });
    } else {
      before.attachment = attachment;
      before.state = state;
      before.bornAtMs = bornAtMs;
      before.error = undefined;
    }
    return { attachment, ok: true, state };
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
      const room = createStateRoom(roomTaken);
      const readings = outcomes.map((outcome, index) => {
        const volume = volumes[index];
        if (volume === undefined) throw new RangeError(`outcome ${index} is of no volume`);
        return follow(volume, outcome, wallMs, room, events);
      });
      lastReadAtMs = wallMs;
      roomTaken = room.taken;
      return { reading: { readAtMs: wallMs, volumes: readings }, events };
    },
  };
}
