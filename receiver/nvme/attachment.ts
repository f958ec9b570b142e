import type { HrTime } from '@opentelemetry/api';
import { hrTimeOf } from '../hr-time.ts';
import { attribute } from './attributes.ts';
import { binGain, sameBounds } from './difference.ts';
import { exceededRatios } from './exceeded-ratios.ts';
import type { ExceededRatios, PointAttributes } from './metrics.ts';
import type { Answer, Volume } from './source.ts';
import { takeRoom, type StateRoom } from './state-room.ts';
import type { Direction, StatisticsRow } from './statistics-row.ts';
import type { LatencyBins } from './statistics.ts';

/** A histogram that only rises: bins unwrapped since the first reading of the attachment. Never written into. */
export interface CumulativeLatency {
  /** Finite upper bounds in seconds; the same array for all drives with these bounds. */
  readonly boundaries: number[];
  /** One more than the bounds: the last bin has no upper bound. 0 where the drive keeps no bins. */
  readonly bins: number;
  /** Operations per bin, from `from` on. What stands around them is something else. */
  readonly counts: Float64Array;
  readonly from: number;
}

/** One page, and when it was read. */
export type TimedStatistics = Pick<Answer, 'statistics' | 'completedAtMs'>;

/**
 * One attachment of one volume: from the moment its counters were zero until it is detached or they start over. Its
 * object is the identity of its series. Values change with `advance`, which gives a new state for the same attachment.
 */
export interface Attachment {
  readonly volume: Volume;
  /** When the counters were zero, ms since the epoch, as far as it is known. */
  readonly startTimeMs: number;
  readonly startTime: HrTime;
  /** What every point of the volume carries. */
  readonly identity: PointAttributes;
}

/** What is known of an attachment after its last successful reading. */
export interface AttachmentState {
  readonly statistics: StatisticsRow;
  readonly wallTimeMs: number;
  readonly readLatency: CumulativeLatency;
  readonly writeLatency: CumulativeLatency;
  /** What the next ratios are measured from. */
  readonly baseline: TimedStatistics;
  readonly exceeded: ExceededRatios | undefined;
}

/** The finest interval over which the drive's counters mean anything. */
export const minRatioWindowMs = 1000;

export function createAttachment(volume: Volume, startTimeMs: number, simulated: boolean): Attachment {
  const id = volume.kind === 'ebs' ? attribute.volumeId : attribute.instanceStoreSerial;
  return {
    volume,
    startTimeMs,
    startTime: hrTimeOf(startTimeMs),
    identity: {
      [id]: volume.id,
      [attribute.deviceName]: volume.device,
      ...(simulated ? { [attribute.simulated]: 'true' } : {}),
    },
  };
}

/** Drives share their bounds, and so do their histograms: bounds are compared as objects, reading after reading. */
const knownBoundaries = new WeakMap<Float64Array, number[]>();

function toBoundaries(upperBoundsMicros: Float64Array): number[] {
  let boundaries = knownBoundaries.get(upperBoundsMicros);
  if (boundaries === undefined) {
    boundaries = Array.from(upperBoundsMicros.subarray(0, -1), (micros) => micros / 1e6);
    knownBoundaries.set(upperBoundsMicros, boundaries);
  }
  return boundaries;
}

/** The bins of one page, as they are. */
export function firstLatency({ upperBoundsMicros, counts }: LatencyBins): CumulativeLatency {
  return { boundaries: toBoundaries(upperBoundsMicros), bins: counts.length, counts, from: 0 };
}

/** The bins of a page, as they are: it is the page that is kept. */
function latencyOf(page: StatisticsRow, direction: Direction): CumulativeLatency {
  const bounds = page.bounds(direction);
  return {
    boundaries: toBoundaries(bounds),
    bins: bounds.length,
    counts: page.values,
    from: page.countsAt(direction),
  };
}

/** A bin counts four thousand million operations before it wraps: until then the page's own bins are as good. */
function unwrapped(
  { boundaries, bins, counts, from }: CumulativeLatency,
  previous: StatisticsRow,
  current: StatisticsRow,
  direction: Direction,
  room: StateRoom,
): CumulativeLatency {
  const operations = current.operations(direction) - previous.operations(direction);
  const previousAt = previous.countsAt(direction);
  const currentAt = current.countsAt(direction);
  const at = takeRoom(room, bins);
  const totals = room.values;
  for (let bin = 0; bin < bins; bin++) {
    const before = previous.values[previousAt + bin] as number;
    const gain = binGain(before, current.values[currentAt + bin] as number, operations) ?? 0;
    totals[at + bin] = (counts[from + bin] as number) + gain;
  }
  return { boundaries, bins, counts: totals, from: at };
}

function nextLatency(
  latency: CumulativeLatency,
  previous: StatisticsRow,
  current: StatisticsRow,
  direction: Direction,
  room: StateRoom,
): CumulativeLatency | 'startedOver' | 'otherBounds' {
  if (!sameBounds(previous.bounds(direction), current.bounds(direction))) return 'otherBounds';
  const { boundaries, bins } = latency;
  const previousAt = previous.countsAt(direction);
  const currentAt = current.countsAt(direction);
  let isAsOnPage = latency.counts === previous.values;
  for (let bin = 0; bin < bins; bin++) {
    const before = previous.values[previousAt + bin] as number;
    const now = current.values[currentAt + bin] as number;
    if (now >= before) continue;
    const operations = current.operations(direction) - previous.operations(direction);
    if (binGain(before, now, operations) === undefined) return 'startedOver';
    isAsOnPage = false;
  }
  return isAsOnPage
    ? { boundaries, bins, counts: current.values, from: currentAt }
    : unwrapped(latency, previous, current, direction, room);
}

/** The state after the first reading of an attachment. */
export function firstState(answer: TimedStatistics, wallTimeMs: number): AttachmentState {
  const { statistics } = answer;
  return {
    statistics,
    wallTimeMs,
    readLatency: latencyOf(statistics, 'read'),
    writeLatency: latencyOf(statistics, 'write'),
    baseline: answer,
    exceeded: undefined,
  };
}

/**
 * The state after one more reading.
 * @returns undefined where the counters started over: the reading belongs to another attachment
 */
export function advance(
  state: AttachmentState,
  answer: TimedStatistics,
  wallTimeMs: number,
  room: StateRoom,
): AttachmentState | undefined {
  const before = state.statistics;
  const { statistics } = answer;
  if (statistics.fellSince(before)) return undefined;
  const readLatency = nextLatency(state.readLatency, before, statistics, 'read', room);
  const writeLatency = nextLatency(state.writeLatency, before, statistics, 'write', room);
  if (readLatency === 'startedOver' || writeLatency === 'startedOver') return undefined;
  // Bins with other bounds begin with what the page holds, which counts since the same moment as the counters.
  if (readLatency === 'otherBounds' || writeLatency === 'otherBounds') return firstState(answer, wallTimeMs);
  const windowMs = answer.completedAtMs - state.baseline.completedAtMs;
  const isLong = windowMs >= minRatioWindowMs;
  return {
    statistics,
    wallTimeMs,
    readLatency,
    writeLatency,
    baseline: isLong ? answer : state.baseline,
    exceeded: isLong ? exceededRatios(state.baseline.statistics, statistics, windowMs, room) : state.exceeded,
  };
}
