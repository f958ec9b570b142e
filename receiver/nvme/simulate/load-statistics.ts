import type { IoSizeBand, LatencyBins, Statistics } from '../statistics.ts';
import { binMicros, upperBoundsMicros } from './latency-distribution.ts';
import type { LoadCounters } from './load.ts';
import type { Profile } from './profiles.ts';

/** The bands in which Amazon's instance-store drives sort operations by size, bytes. */
const bandUpperSizes: readonly number[] = [
  ...[0.5, 4, 8, 16, 32, 64, 128].map((kibi) => kibi * 1024),
  Infinity,
];

/** How many of the first `count` operations have the size at a place in the cycle of sizes. */
function operationsAt(place: number, count: number, cycle: number): number {
  return Math.floor(count / cycle) + (place < count % cycle ? 1 : 0);
}

/**
 * Operations of a bin that pass a test on their size. Sizes come around in turn within every bin, so counts by size rise
 * only, and add up.
 */
function countsBySize(
  counts: Float64Array,
  sizes: readonly number[],
  wanted: (bytes: number) => boolean,
): Float64Array {
  return counts.map((count) =>
    sizes.reduce(
      (sum, size, place) => sum + (wanted(size) ? operationsAt(place, count, sizes.length) : 0),
      0,
    ),
  );
}

function bytesOf(counts: Float64Array, sizes: readonly number[]): number {
  return counts.reduce(
    (sum, count) =>
      sum + sizes.reduce((of, size, place) => of + size * operationsAt(place, count, sizes.length), 0),
    0,
  );
}

/** How long the operations in these bins took together, µs, each at the middle of its bin. */
function operationMicros(counts: Float64Array): number {
  return Math.floor(counts.reduce((sum, count, bin) => sum + count * (binMicros[bin] ?? 0), 0));
}

const total = (counts: Float64Array): number => counts.reduce((sum, count) => sum + count, 0);
const latency = (counts: Float64Array): LatencyBins => ({ upperBoundsMicros, counts });

function bands({ readSizes, writeSizes }: Profile, { reads, writes }: LoadCounters): IoSizeBand[] {
  return bandUpperSizes.map((upperSizeBytes, band) => {
    const above = bandUpperSizes[band - 1] ?? 0;
    const within = (bytes: number) => bytes > above && bytes <= upperSizeBytes;
    return {
      upperSizeBytes,
      readLatency: latency(countsBySize(reads, readSizes, within)),
      writeLatency: latency(countsBySize(writes, writeSizes, within)),
    };
  });
}

/** What a drive under this load would say. All of it follows from the bins: counts, bytes and times agree. */
export function loadStatistics(profile: Profile, counters: LoadCounters): Statistics {
  const { reads, writes } = counters;
  const isInstanceStore = profile.kind === 'instance_store';
  return {
    kind: profile.kind,
    version: isInstanceStore ? 1 : 0,
    readOperations: total(reads),
    writeOperations: total(writes),
    readBytes: bytesOf(reads, profile.readSizes),
    writeBytes: bytesOf(writes, profile.writeSizes),
    readTimeMicros: operationMicros(reads),
    writeTimeMicros: operationMicros(writes),
    volumeIopsExceededMicros: counters.volumeIopsExceededMicros,
    volumeThroughputExceededMicros: counters.volumeThroughputExceededMicros,
    instanceIopsExceededMicros: counters.instanceIopsExceededMicros,
    instanceThroughputExceededMicros: counters.instanceThroughputExceededMicros,
    queueLength: counters.queueLength,
    readLatency: latency(reads),
    writeLatency: latency(writes),
    ioSizeBands: isInstanceStore ? bands(profile, counters) : [],
  };
}
