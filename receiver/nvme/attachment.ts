import type { HrTime } from '@opentelemetry/api';
import { hrTimeOf } from '../hr-time.ts';
import { attribute } from './attributes.ts';
import { binGain, countersFell, sameBounds, type CounterName } from './difference.ts';
import type { ExceededRatios, PointAttributes } from './metrics.ts';
import type { Volume } from './source.ts';
import type { LatencyBins, Statistics } from './statistics.ts';

/** A histogram that only rises: bins unwrapped since the first reading of the attachment. Never written into. */
export interface CumulativeLatency {
  /** Finite upper bounds in seconds; the same array for all drives with these bounds. */
  readonly boundaries: number[];
  /** Operations per bin, one more than the bounds: the last bin has no upper bound. */
  readonly counts: number[];
  /** Sum of the counts. */
  readonly count: number;
}

/** One page, on the clock of performance.now(). */
interface TimedStatistics {
  readonly statistics: Statistics;
  readonly atMs: number;
}

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
  readonly statistics: Statistics;
  readonly atMs: number;
  readonly wallTimeMs: number;
  readonly readLatency: CumulativeLatency;
  readonly writeLatency: CumulativeLatency;
  /** The reading that the next ratios are measured from. */
  readonly baseline: TimedStatistics;
  readonly exceeded: ExceededRatios | undefined;
}

type ExceededCounter = Extract<CounterName, `${string}ExceededMicros`>;

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
  return {
    boundaries: toBoundaries(upperBoundsMicros),
    counts: Array.from(counts),
    count: counts.reduce((sum, each) => sum + each, 0),
  };
}

/** @param operations that the volume completed between the two */
function nextLatency(
  latency: CumulativeLatency,
  previous: LatencyBins,
  current: LatencyBins,
  operations: number,
): CumulativeLatency | 'startedOver' | 'otherBounds' {
  if (!sameBounds(previous, current)) return 'otherBounds';
  // A copy is made when a bin is found that gained something: most bins never do.
  let counts: number[] | undefined;
  let { count } = latency;
  for (let bin = 0; bin < current.counts.length; bin++) {
    const gain = binGain(previous.counts[bin] ?? 0, current.counts[bin] ?? 0, operations);
    if (gain === undefined) return 'startedOver';
    if (gain === 0) continue;
    counts ??= latency.counts.slice();
    counts[bin] = (counts[bin] ?? 0) + gain;
    count += gain;
  }
  return counts === undefined ? latency : { boundaries: latency.boundaries, counts, count };
}

/** The state after the first reading of an attachment. */
export function firstState(statistics: Statistics, atMs: number, wallTimeMs: number): AttachmentState {
  return {
    statistics,
    atMs,
    wallTimeMs,
    readLatency: firstLatency(statistics.readLatency),
    writeLatency: firstLatency(statistics.writeLatency),
    baseline: { statistics, atMs },
    exceeded: undefined,
  };
}

/** Within an attachment counters only rise. */
function ratios(from: TimedStatistics, to: TimedStatistics): ExceededRatios {
  // The drive adds to these counters in steps of its own: a step may be longer than the time between two readings.
  const share = (name: ExceededCounter) =>
    Math.min(1, (to.statistics[name] - from.statistics[name]) / 1000 / (to.atMs - from.atMs));
  return {
    volumeIops: share('volumeIopsExceededMicros'),
    volumeThroughput: share('volumeThroughputExceededMicros'),
    instanceIops: share('instanceIopsExceededMicros'),
    instanceThroughput: share('instanceThroughputExceededMicros'),
  };
}

/**
 * The state after one more reading.
 * @returns undefined where the counters started over: the reading belongs to another attachment
 */
export function advance(
  state: AttachmentState,
  statistics: Statistics,
  atMs: number,
  wallTimeMs: number,
): AttachmentState | undefined {
  const before = state.statistics;
  if (countersFell(before, statistics)) return undefined;
  const readLatency = nextLatency(
    state.readLatency,
    before.readLatency,
    statistics.readLatency,
    statistics.readOperations - before.readOperations,
  );
  const writeLatency = nextLatency(
    state.writeLatency,
    before.writeLatency,
    statistics.writeLatency,
    statistics.writeOperations - before.writeOperations,
  );
  if (readLatency === 'startedOver' || writeLatency === 'startedOver') return undefined;
  // Bins with other bounds begin with what the page holds, which counts since the same moment as the counters.
  if (readLatency === 'otherBounds' || writeLatency === 'otherBounds') {
    return firstState(statistics, atMs, wallTimeMs);
  }
  const now = { statistics, atMs };
  const windowIsLong = atMs - state.baseline.atMs >= minRatioWindowMs;
  return {
    ...now,
    wallTimeMs,
    readLatency,
    writeLatency,
    baseline: windowIsLong ? now : state.baseline,
    exceeded: windowIsLong ? ratios(state.baseline, now) : state.exceeded,
  };
}
