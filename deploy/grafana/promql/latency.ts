import { type Direction, either, rate } from './volumes.ts';

/** Percentile of the latency of all that the selector chooses together, seconds. No value where nothing was done. */
export const percentile = (
  quantile: number,
  direction: Direction,
  selector: string,
  window: string,
): string =>
  `histogram_quantile(${quantile}, sum by (le) ${either(`${direction}_io_latency_seconds_bucket`, selector, rate(window))})`;

/** Operations per second by upper bound of their latency. */
export const buckets = (direction: Direction, selector: string, window: string): string =>
  `sum by (le) ${either(`${direction}_io_latency_seconds_bucket`, selector, rate(window))}`;

/** Time per operation, seconds, from the counters alone: a series each instead of one a bucket. */
export const mean = (direction: Direction, selector: string, window: string, by = ''): string =>
  `sum ${by}(rate(ebs_total_${direction}_time_total{${selector}}[${window}])) / sum ${by}(rate(ebs_total_${direction}_ops_total{${selector}}[${window}]) > 0) / 1e6`;
