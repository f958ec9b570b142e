import type { Meter, ObservableResult } from '@opentelemetry/api';
import type { OwnMetric } from '../../../receiver/own-metric.ts';
import { componentName, exporter } from '../exporter-metrics.ts';
import type { CountDropped } from './drop-report.ts';
import type { SendingQueue } from './queue.ts';

/** The collector's metrics on what waits to be sent. */
export const queueMetrics = {
  size: {
    name: 'ebs.collector.exporter.queue.size',
    type: 'gauge',
    unit: '{request}',
    description: 'Requests that the backend has not taken yet, with the one under way.',
    attributes: exporter,
  },
  capacity: {
    name: 'ebs.collector.exporter.queue.capacity',
    type: 'gauge',
    unit: '{request}',
    description: 'Requests that may wait.',
    attributes: exporter,
  },
  dropped: {
    name: 'ebs.collector.exporter.dropped',
    type: 'counter',
    unit: '{data_point}',
    description: 'Data points that the queue dropped: they were not delivered and will not be.',
    attributes: {
      ...exporter,
      'error.type':
        'Why: `queue_full`, `disk_full`, `too_old`, `too_large`, `refused`, `retries_exhausted`, `unreadable`, `shutdown`.',
    },
  },
} as const satisfies Readonly<Record<string, OwnMetric>>;

export interface QueueTelemetry {
  readonly countDropped: CountDropped;
  /** Reports the queue's size from now on; gives back how to stop. */
  observe(queue: Pick<SendingQueue, 'size' | 'capacity'>): () => void;
}

export function observeQueue(meter: Meter, id: string): QueueTelemetry {
  const attributes = { [componentName]: id };
  const { size, capacity, dropped } = queueMetrics;
  const droppedCounter = meter.createCounter(dropped.name, dropped);
  const sizeGauge = meter.createObservableGauge(size.name, size);
  const capacityGauge = meter.createObservableGauge(capacity.name, capacity);
  return {
    countDropped: (reason, dataPoints) =>
      droppedCounter.add(dataPoints, { ...attributes, 'error.type': reason }),
    observe: (queue) => {
      const observeSize = (result: ObservableResult): void => result.observe(queue.size(), attributes);
      const observeCapacity = (result: ObservableResult): void => result.observe(queue.capacity, attributes);
      sizeGauge.addCallback(observeSize);
      capacityGauge.addCallback(observeCapacity);
      return () => {
        sizeGauge.removeCallback(observeSize);
        capacityGauge.removeCallback(observeCapacity);
      };
    },
  };
}
