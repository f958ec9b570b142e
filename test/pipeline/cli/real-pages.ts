import type { LatencyBins, Statistics } from '../../../receiver/nvme/statistics.ts';
import { statistics } from '../../fixtures/volumes.ts';

/** Pages with the counters that real devices gave; the bins are ours, as nobody has posted them. */

/** 28 bins in powers of two, empty but for these. */
export function latency(counts: Readonly<Record<number, number>>): LatencyBins {
  return {
    upperBoundsMicros: Float64Array.from({ length: 28 }, (_, bin) => (bin === 27 ? Infinity : 2 ** bin)),
    counts: Float64Array.from({ length: 28 }, (_, bin) => counts[bin] ?? 0),
  };
}

export const ebsPage: Statistics = statistics({
  readOperations: 889,
  writeOperations: 11792,
  readBytes: 19_936_256,
  writeBytes: 1_233_915_392,
  readTimeMicros: 543_399,
  writeTimeMicros: 21_647_790,
  volumeThroughputExceededMicros: 804_708,
  queueLength: 1,
  readLatency: latency({ 8: 14, 9: 620, 10: 231, 11: 19, 13: 4, 16: 1 }),
  writeLatency: latency({ 9: 90, 10: 8024, 11: 2911, 12: 604, 13: 120, 15: 41, 27: 2 }),
});

export const instanceStorePage: Statistics = statistics(
  {
    version: 1,
    readOperations: 67,
    readBytes: 1_101_824,
    readTimeMicros: 4284,
    readLatency: latency({ 5: 11, 6: 40, 7: 14, 8: 2 }),
    writeLatency: latency({}),
    ioSizeBands: [
      { upperSizeBytes: 4096, readLatency: latency({ 5: 11, 6: 30 }), writeLatency: latency({}) },
      { upperSizeBytes: Infinity, readLatency: latency({ 6: 10, 7: 14, 8: 2 }), writeLatency: latency({}) },
    ],
  },
  'instance_store',
);
