import type { Volume } from '../../../receiver/nvme/source.ts';
import type { LatencyBins, Statistics } from '../../../receiver/nvme/statistics.ts';
import { changeText } from './change-text.ts';
import type { Change, VolumeReading } from './follow.ts';
import { exceededShare, meanQueue } from './rates-table.ts';
import type { Counts } from './volume-page.ts';

/**
 * What scripts get: one object a volume a line, `type` first. Keys are a promise: they may be added to, never changed or
 * taken away. A key that does not apply to a volume is null.
 */

type Json = Readonly<Record<string, unknown>>;

export interface JsonContext {
  readonly simulated: boolean;
  /** ms since the epoch. */
  readonly readAtMs: number;
}

const time = (epochMs: number): string => new Date(epochMs).toISOString();

function identity(type: string, volume: Volume, { simulated, readAtMs }: JsonContext): Json {
  return {
    type,
    time: time(readAtMs),
    id: volume.id,
    kind: volume.kind,
    device: volume.device,
    simulated,
  };
}

function histogramJson({ upperBoundsMicros, counts }: LatencyBins): Json[] {
  return Array.from(counts, (operations, bin) => {
    const upper = upperBoundsMicros[bin] ?? Infinity;
    return {
      lower_microseconds: bin === 0 ? 0 : upperBoundsMicros[bin - 1],
      upper_microseconds: Number.isFinite(upper) ? upper : null,
      operations,
    };
  });
}

function counters(volume: Volume, counts: Counts): Json {
  const ofVolume = (micros: number) => (volume.kind === 'ebs' ? micros : null);
  return {
    read_operations: counts.readOperations,
    write_operations: counts.writeOperations,
    read_bytes: counts.readBytes,
    write_bytes: counts.writeBytes,
    read_time_microseconds: counts.readTimeMicros,
    write_time_microseconds: counts.writeTimeMicros,
    volume_iops_exceeded_microseconds: ofVolume(counts.volumeIopsExceededMicros),
    volume_throughput_exceeded_microseconds: ofVolume(counts.volumeThroughputExceededMicros),
    instance_iops_exceeded_microseconds: counts.instanceIopsExceededMicros,
    instance_throughput_exceeded_microseconds: counts.instanceThroughputExceededMicros,
  };
}

function ioSizes({ ioSizeBands }: Statistics): Json {
  if (ioSizeBands.length === 0) return {};
  return {
    io_size_latency_histograms: ioSizeBands.map(({ upperSizeBytes, readLatency, writeLatency }) => ({
      upper_size_bytes: Number.isFinite(upperSizeBytes) ? upperSizeBytes : null,
      read_latency_histogram: histogramJson(readLatency),
      write_latency_histogram: histogramJson(writeLatency),
    })),
  };
}

/** The page as it is. `type` is `reading`. */
export function readingJson({ volume, statistics, attachedAtMs }: VolumeReading, context: JsonContext): Json {
  return {
    ...identity('reading', volume, context),
    attached_at: attachedAtMs === undefined ? null : time(attachedAtMs),
    page_version: statistics.version,
    queue_length_operations: statistics.queueLength,
    ...counters(volume, statistics),
    read_latency_histogram: histogramJson(statistics.readLatency),
    write_latency_histogram: histogramJson(statistics.writeLatency),
    ...ioSizes(statistics),
  };
}

function differenceJson(change: Extract<Change, { type: 'difference' }>, context: JsonContext): Json {
  const { reading, difference: counts, intervalSeconds } = change;
  const { volume, statistics } = reading;
  const mean = (micros: number, operations: number) => (operations === 0 ? null : micros / operations);
  const ratio = (micros: number) => exceededShare(micros, intervalSeconds);
  const ofVolume = (value: number) => (volume.kind === 'ebs' ? value : null);
  return {
    ...identity('difference', volume, context),
    interval_seconds: intervalSeconds,
    queue_length_operations: statistics.queueLength,
    mean_queue_length_operations: meanQueue(change),
    ...counters(volume, counts),
    read_operations_per_second: counts.readOperations / intervalSeconds,
    write_operations_per_second: counts.writeOperations / intervalSeconds,
    read_bytes_per_second: counts.readBytes / intervalSeconds,
    write_bytes_per_second: counts.writeBytes / intervalSeconds,
    read_mean_latency_microseconds: mean(counts.readTimeMicros, counts.readOperations),
    write_mean_latency_microseconds: mean(counts.writeTimeMicros, counts.writeOperations),
    volume_iops_exceeded_ratio: ofVolume(ratio(counts.volumeIopsExceededMicros)),
    volume_throughput_exceeded_ratio: ofVolume(ratio(counts.volumeThroughputExceededMicros)),
    instance_iops_exceeded_ratio: ratio(counts.instanceIopsExceededMicros),
    instance_throughput_exceeded_ratio: ratio(counts.instanceThroughputExceededMicros),
    read_latency_histogram: histogramJson(counts.readLatency),
    write_latency_histogram: histogramJson(counts.writeLatency),
  };
}

/**
 * What happened in an interval: `difference`, or `appeared`, `reset`, `detached` with a sentence. Failures are none of
 * them: they go to standard error.
 */
export function changeJson(change: Exclude<Change, { type: 'failed' }>, context: JsonContext): Json {
  if (change.type === 'difference') return differenceJson(change, context);
  return { ...identity(change.type, change.volume, context), message: changeText(change) };
}
