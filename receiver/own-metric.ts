import type { MetricOptions } from '@opentelemetry/api';

/**
 * A metric of the collector on itself. Each component keeps a table of its own beside its code; docs/metrics.md is made
 * from all of them. A row serves as the options of the instrument.
 */
export interface OwnMetric extends MetricOptions {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** UCUM. */
  readonly unit: string;
  readonly description: string;
  /** What each attribute says. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Buckets for what takes between a tenth of a millisecond and the longest read timeout that makes sense, seconds. */
export const durationBuckets = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];
