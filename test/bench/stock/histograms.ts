import { ValueType, type Attributes, type HrTime } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type DataPoint,
  type Histogram,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { LatencyBins, Statistics } from '../../../receiver/nvme/statistics.ts';

export interface VolumeStatistics {
  readonly attributes: Attributes;
  readonly statistics: Statistics;
}

function histogramOf({ upperBoundsMicros, counts }: LatencyBins, sumMicros: number): Histogram {
  return {
    buckets: {
      boundaries: Array.from(upperBoundsMicros.subarray(0, -1), (micros) => micros / 1e6),
      counts: Array.from(counts),
    },
    count: counts.reduce((sum, count) => sum + count, 0),
    sum: sumMicros / 1e6,
  };
}

const distributions = [
  {
    name: 'ebs_read_io_latency_seconds',
    description: 'Latency of reads.',
    value: ({ readLatency, readTimeMicros }: Statistics) => histogramOf(readLatency, readTimeMicros),
  },
  {
    name: 'ebs_write_io_latency_seconds',
    description: 'Latency of writes.',
    value: ({ writeLatency, writeTimeMicros }: Statistics) => histogramOf(writeLatency, writeTimeMicros),
  },
];

/** The SDK has no asynchronous histogram: a MetricProducer is its way to bring one. */
export function createHistogramProducer(read: () => Promise<readonly VolumeStatistics[]>): MetricProducer {
  return {
    async collect() {
      const volumes = await read();
      const now = Date.now();
      const time: HrTime = [Math.floor(now / 1000), (now % 1000) * 1e6];
      const metrics = distributions.map(({ name, description, value }): MetricData => {
        const dataPoints = volumes.map(({ attributes, statistics }): DataPoint<Histogram> => ({
          attributes,
          startTime: time,
          endTime: time,
          value: value(statistics),
        }));
        return {
          descriptor: { name, description, unit: 's', valueType: ValueType.DOUBLE },
          aggregationTemporality: AggregationTemporality.CUMULATIVE,
          dataPointType: DataPointType.HISTOGRAM,
          dataPoints,
        };
      });
      const scopeMetrics = [{ scope: { name: 'stock' }, metrics }];
      return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] };
    },
  };
}
