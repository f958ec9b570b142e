import type { LatencyBins } from '../../../receiver/nvme/statistics.ts';

/** An estimate from bins: all that can be said is in which bin it lies. */
export interface Percentile {
  readonly micros: number;
  /** The bin has no upper bound: it is this much or more. */
  readonly isLowerBound: boolean;
}

/**
 * The latency below which a share of the operations stayed, evenly spread within its bin: what PromQL's
 * histogram_quantile gives, so that the terminal and a dashboard agree.
 * @param share 0 to 1
 * @returns undefined without operations
 */
export function percentile(
  { upperBoundsMicros, counts }: LatencyBins,
  share: number,
): Percentile | undefined {
  const total = counts.reduce((sum, operations) => sum + operations, 0);
  if (total === 0) return undefined;
  const rank = share * total;
  let below = 0;
  let lower = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    const operations = counts[bin] ?? 0;
    const upper = upperBoundsMicros[bin] ?? Infinity;
    if (operations > 0 && below + operations >= rank) {
      if (!Number.isFinite(upper)) return { micros: lower, isLowerBound: true };
      return {
        micros: lower + ((upper - lower) * Math.max(0, rank - below)) / operations,
        isLowerBound: false,
      };
    }
    below += operations;
    lower = upper;
  }
  return { micros: lower, isLowerBound: true };
}
