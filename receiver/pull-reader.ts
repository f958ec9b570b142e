import { AggregationType, MetricReader, type MetricReaderOptions } from '@opentelemetry/sdk-metrics';

/** A reader that collects when asked and never by itself. */
export class PullReader extends MetricReader {
  constructor(options: Pick<MetricReaderOptions, 'metricProducers' | 'aggregationSelector'> = {}) {
    super({
      ...options,
      // The default of 2000 would put the last of 512 volumes, four series each, into otel.metric.overflow.
      cardinalitySelector: () => 1_000_000,
    });
  }

  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}
}

/** For instruments whose callbacks observe what somebody else has added up. */
export const lastValue: NonNullable<MetricReaderOptions['aggregationSelector']> = () => ({
  type: AggregationType.LAST_VALUE,
});
