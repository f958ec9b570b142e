import type { LatencyBins, Statistics } from './statistics.ts';

/** What happened between two readings of one volume. Pure arithmetic on counters that start over and bins that wrap. */

/** The page's counters: within one attachment they only rise. */
export const counterNames = [
  'readOperations',
  'writeOperations',
  'readBytes',
  'writeBytes',
  'readTimeMicros',
  'writeTimeMicros',
  'volumeIopsExceededMicros',
  'volumeThroughputExceededMicros',
  'instanceIopsExceededMicros',
  'instanceThroughputExceededMicros',
] as const satisfies readonly (keyof Statistics)[];

export type CounterName = (typeof counterNames)[number];

/** How much each counter rose. Never negative. */
export type StatisticsDifference = Readonly<Record<CounterName, number>> & {
  /** Bounds as in the current reading; counts are the operations between the two, unwrapped. */
  readonly readLatency: LatencyBins;
  readonly writeLatency: LatencyBins;
};

export type Difference =
  | ({ readonly reset: false } & StatisticsDifference)
  /**
   * Nothing to subtract. Either the counters started over between the readings: another attachment. Or they went on, and
   * only the bounds of the bins are others than before.
   */
  | { readonly reset: true; readonly startedOver: boolean };

const wrap = 2 ** 32;

/**
 * Operations a bin gained. A bin that went down has either wrapped at 2^32 or started over; it has wrapped when the gain
 * that this implies is small, or when the volume did complete as many operations.
 * @returns undefined where the bin started over
 */
export function binGain(previous: number, current: number, operations: number): number | undefined {
  if (current >= previous) return current - previous;
  const gain = (((current - previous) % wrap) + wrap) % wrap;
  return gain < wrap / 2 || gain <= operations ? gain : undefined;
}

function equalBounds(some: Float64Array, others: Float64Array): boolean {
  return some.length === others.length && some.every((bound, bin) => bound === others[bin]);
}

/** Bounds are one object nearly always. A function with a closure in it costs memory at each call, and this is hot. */
export function sameBounds(some: Float64Array, others: Float64Array): boolean {
  return some === others || equalBounds(some, others);
}

/**
 * What each bin gained between two readings with the same bounds, given the operations the volume completed meanwhile.
 * @returns undefined where a bin started over
 */
export function binGains(
  previous: LatencyBins,
  current: LatencyBins,
  operations: number,
): Float64Array | undefined {
  const { counts } = current;
  const gains = new Float64Array(counts.length);
  for (let bin = 0; bin < counts.length; bin++) {
    const gain = binGain(previous.counts[bin] ?? 0, counts[bin] ?? 0, operations);
    if (gain === undefined) return undefined;
    gains[bin] = gain;
  }
  return gains;
}

function latencyGains(
  previous: LatencyBins,
  current: LatencyBins,
  operations: number,
): Float64Array | 'startedOver' | 'otherBounds' {
  if (!sameBounds(previous.upperBoundsMicros, current.upperBoundsMicros)) return 'otherBounds';
  return binGains(previous, current, operations) ?? 'startedOver';
}

/** Subtracts two readings of one volume, the older first. */
export function difference(previous: Statistics, current: Statistics): Difference {
  const rises = {} as Record<CounterName, number>;
  for (const name of counterNames) {
    const rise = current[name] - previous[name];
    if (rise < 0) return { reset: true, startedOver: true };
    rises[name] = rise;
  }
  const read = latencyGains(previous.readLatency, current.readLatency, rises.readOperations);
  const write = latencyGains(previous.writeLatency, current.writeLatency, rises.writeOperations);
  if (read === 'startedOver' || write === 'startedOver') return { reset: true, startedOver: true };
  if (read === 'otherBounds' || write === 'otherBounds') return { reset: true, startedOver: false };
  return {
    reset: false,
    ...rises,
    readLatency: { upperBoundsMicros: current.readLatency.upperBoundsMicros, counts: read },
    writeLatency: { upperBoundsMicros: current.writeLatency.upperBoundsMicros, counts: write },
  };
}
