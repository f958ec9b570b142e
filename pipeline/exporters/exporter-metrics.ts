import type { Meter, ObservableResult } from '@opentelemetry/api';
import type { OwnMetric } from '../../receiver/own-metric.ts';

export const componentName = 'otel.component.name';
/** Whose a metric is. */
export const exporter = { [componentName]: 'The exporter: its id in the configuration, `otlphttp/grafana`.' };

/** The collector's metrics on its exporters. */
export const exporterMetrics = {
  ready: {
    name: 'ebs.collector.exporter.ready',
    type: 'gauge',
    unit: '',
    description: '1 while the exporter works, 0 while its backend does not take what it sends.',
    attributes: exporter,
  },
  sent: {
    name: 'ebs.collector.exporter.sent',
    type: 'counter',
    unit: '{data_point}',
    description: 'Data points that the backend took.',
    attributes: exporter,
  },
  failed: {
    name: 'ebs.collector.exporter.failed',
    type: 'counter',
    unit: '{data_point}',
    description:
      'Data points in requests that failed, each time: they are tried again, and what was lost is in `ebs.collector.exporter.dropped`.',
    attributes: {
      ...exporter,
      'error.type': 'Why: an HTTP status, an errno, `timeout`, or `rejected` where it took the rest.',
    },
  },
  skipped: {
    name: 'ebs.collector.exporter.skipped',
    type: 'counter',
    unit: '{push}',
    description:
      'Pushes left out because the collection before, or its way into the queue on disk, still was under way.',
    attributes: exporter,
  },
} as const satisfies Readonly<Record<string, OwnMetric>>;

/** What one exporter reports of itself. */
export interface ExporterTelemetry {
  sent(dataPoints: number): void;
  failed(dataPoints: number, errorType: string): void;
  skipped(): void;
  /** The exporter is gone: it is neither ready nor not. */
  end(): void;
}

export function observeExporter(meter: Meter, id: string, isReady: () => boolean): ExporterTelemetry {
  const attributes = { [componentName]: id };
  const { ready, sent, failed, skipped } = exporterMetrics;
  const readyGauge = meter.createObservableGauge(ready.name, ready);
  const sentCounter = meter.createCounter(sent.name, sent);
  const failedCounter = meter.createCounter(failed.name, failed);
  const skippedCounter = meter.createCounter(skipped.name, skipped);
  const observe = (result: ObservableResult): void => result.observe(isReady() ? 1 : 0, attributes);
  readyGauge.addCallback(observe);
  // There from the beginning: the rate of a counter that appears with its first event misses that one.
  skippedCounter.add(0, attributes);
  return {
    sent: (dataPoints) => sentCounter.add(dataPoints, attributes),
    failed: (dataPoints, errorType) =>
      failedCounter.add(dataPoints, { ...attributes, 'error.type': errorType }),
    skipped: () => skippedCounter.add(1, attributes),
    end: () => readyGauge.removeCallback(observe),
  };
}
