import type { HrTime } from '@opentelemetry/api';
import { attribute } from './attributes.ts';
import { difference, type StatisticsDifference } from './difference.ts';
import type { ExceededRatios, PointAttributes } from './metrics.ts';
import type { Volume } from './source.ts';
import type { LatencyBins, Statistics } from './statistics.ts';

/** A histogram that only rises: bins unwrapped since the first reading of the attachment. */
export interface CumulativeLatency {
  /** Finite upper bounds in seconds; the same array as long as the drive's bounds stay. */
  readonly boundsSeconds: number[];
  /** Operations per bin, one more than the bounds: the last bin has no upper bound. */
  readonly counts: number[];
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

/** The finest interval over which the drive's counters mean anything. */
export const minRatioWindowMs = 1000;

export function hrTimeOf(epochMs: number): HrTime {
  const seconds = Math.floor(epochMs / 1000);
  return [seconds, Math.round((epochMs - seconds * 1000) * 1e6)];
}

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

function toSeconds(upperBoundsMicros: Float64Array): number[] {
  return Array.from(upperBoundsMicros.subarray(0, -1), (micros) => micros / 1e6);
}

function firstLatency(bins: LatencyBins): CumulativeLatency {
  return { boundsSeconds: toSeconds(bins.upperBoundsMicros), counts: Array.from(bins.counts) };
}

function addGains(latency: CumulativeLatency, gains: Float64Array): CumulativeLatency {
  return {
    boundsSeconds: latency.boundsSeconds,
    counts: latency.counts.map((count, bin) => count + (gains[bin] ?? 0)),
  };
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

function ratios(change: StatisticsDifference, elapsedMs: number): ExceededRatios {
  // The drive adds to these counters in steps of its own: a step may be longer than the time between two readings.
  const share = (micros: number) => Math.min(1, micros / 1000 / elapsedMs);
  return {
    volumeIops: share(change.volumeIopsExceededMicros),
    volumeThroughput: share(change.volumeThroughputExceededMicros),
    instanceIops: share(change.instanceIopsExceededMicros),
    instanceThroughput: share(change.instanceThroughputExceededMicros),
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
  const change = difference(state.statistics, statistics);
  // Bins with other bounds begin with what the page holds, which counts since the same moment as the counters.
  if (change.reset) return change.startedOver ? undefined : firstState(statistics, atMs, wallTimeMs);
  const windowMs = atMs - state.baseline.atMs;
  const windowIsLong = windowMs >= minRatioWindowMs;
  const sinceBaseline =
    state.baseline.statistics === state.statistics
      ? change
      : difference(state.baseline.statistics, statistics);
  return {
    statistics,
    atMs,
    wallTimeMs,
    readLatency: addGains(state.readLatency, change.readLatency.counts),
    writeLatency: addGains(state.writeLatency, change.writeLatency.counts),
    baseline: windowIsLong ? { statistics, atMs } : state.baseline,
    exceeded: windowIsLong && !sinceBaseline.reset ? ratios(sinceBaseline, windowMs) : state.exceeded,
  };
}
