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
  /** The counters started over between the readings: another attachment, nothing to subtract. */
  | { readonly reset: true };

const wrap = 2 ** 32;

/**
 * Operations a bin gained. A bin that went down has either wrapped at 2^32 or started over; it has wrapped when the gain
 * that this implies is small, or when the volume did complete as many operations.
 * @returns undefined where the bin started over
 */
function binGain(previous: number, current: number, operations: number): number | undefined {
  if (current >= previous) return current - previous;
  const gain = (((current - previous) % wrap) + wrap) % wrap;
  return gain < wrap / 2 || gain <= operations ? gain : undefined;
}

/**
 * What each bin gained between two readings, given the operations the volume completed meanwhile.
 * @returns undefined where the bins are not those of the same attachment
 */
export function binGains(
  previous: LatencyBins,
  current: LatencyBins,
  operations: number,
): Float64Array | undefined {
  const { upperBoundsMicros, counts } = current;
  if (previous.counts.length !== counts.length) return undefined;
  const gains = new Float64Array(counts.length);
  for (let bin = 0; bin < counts.length; bin++) {
    if (previous.upperBoundsMicros[bin] !== upperBoundsMicros[bin]) return undefined;
    const gain = binGain(previous.counts[bin] ?? 0, counts[bin] ?? 0, operations);
    if (gain === undefined) return undefined;
    gains[bin] = gain;
  }
  return gains;
}

/** Subtracts two readings of one volume, the older first. */
export function difference(previous: Statistics, current: Statistics): Difference {
  const rises = {} as Record<CounterName, number>;
  for (const name of counterNames) {
    const rise = current[name] - previous[name];
    if (rise < 0) return { reset: true };
    rises[name] = rise;
  }
  const readGains = binGains(previous.readLatency, current.readLatency, rises.readOperations);
  const writeGains = binGains(previous.writeLatency, current.writeLatency, rises.writeOperations);
  if (readGains === undefined || writeGains === undefined) return { reset: true };
  return {
    reset: false,
    ...rises,
    readLatency: { upperBoundsMicros: current.readLatency.upperBoundsMicros, counts: readGains },
    writeLatency: { upperBoundsMicros: current.writeLatency.upperBoundsMicros, counts: writeGains },
  };
}
