import {
  AggregationTemporality,
  InstrumentType,
  MetricReader,
  type MetricReaderOptions,
} from '@opentelemetry/sdk-metrics';

/** A reader that collects when asked and never by itself. */
export class PullReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}
}

/**
 * For gauges whose series go: a cumulative one goes on saying what it once observed (opentelemetry-js issue 4096), a
 * delta one says what is observed at the collection. What becomes of a gauge has no temporality.
 */
export const gaugesOfNow: NonNullable<MetricReaderOptions['aggregationTemporalitySelector']> = (type) =>
  type === InstrumentType.OBSERVABLE_GAUGE ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE;
