import { attribute, type AttributeName } from './attributes.ts';
import type { Statistics, VolumeKind } from './statistics.ts';

/**
 * The table of volume metrics: the single source of names, units, descriptions and attributes. Instruments, the
 * histograms, the Prometheus names and docs/metrics.md are made from it or checked against it.
 */

export const metricPrefix: Readonly<Record<VolumeKind, string>> = {
  ebs: 'aws.ebs.volume.',
  instance_store: 'aws.instance_store.volume.',
};

export type PointAttributes = Readonly<Partial<Record<AttributeName, string>>>;

/** Shares of the time between two readings, each 0 to 1, that demand exceeded a limit. */
export interface ExceededRatios {
  readonly volumeIops: number;
  readonly volumeThroughput: number;
  readonly instanceIops: number;
  readonly instanceThroughput: number;
}

/** What the value of a point is made from. */
export interface PointSource {
  readonly statistics: Statistics;
  /** Absent until there are two readings of one attachment at least 1 s apart. */
  readonly exceeded: ExceededRatios | undefined;
}

interface MetricBase {
  /** What follows the prefix. */
  readonly name: string;
  /** UCUM. */
  readonly unit: string;
  readonly description: string;
  readonly kinds: readonly VolumeKind[];
}

export interface ScalarMetric extends MetricBase {
  readonly type: 'counter' | 'gauge';
  readonly points: readonly {
    readonly attributes: PointAttributes;
    /** Kinds of volume that have this point, where not all that have the metric. */
    readonly kinds?: readonly VolumeKind[];
    /** In the metric's unit; undefined where there is nothing to report yet. */
    readonly value: (source: PointSource) => number | undefined;
  }[];
}

/** OpenTelemetry's API has no asynchronous histogram: see receiver/observation-meter.ts. */
export interface HistogramMetric extends MetricBase {
  readonly type: 'histogram';
  readonly attributes: readonly AttributeName[];
}

/** Reported for failed readings too. */
export interface UpMetric extends MetricBase {
  readonly type: 'up';
}

export type VolumeMetric = ScalarMetric | HistogramMetric | UpMetric;

const both: readonly VolumeKind[] = ['ebs', 'instance_store'];
const ebsOnly: readonly VolumeKind[] = ['ebs'];
const read: PointAttributes = { [attribute.direction]: 'read' };
const write: PointAttributes = { [attribute.direction]: 'write' };
const limit = (scope: 'volume' | 'instance', type: 'iops' | 'throughput'): PointAttributes => ({
  [attribute.limitScope]: scope,
  [attribute.limitType]: type,
});
const seconds = (micros: number): number => micros / 1e6;

export const operations: ScalarMetric = {
  name: 'operations',
  type: 'counter',
  unit: '{operation}',
  description: 'Operations the volume completed.',
  kinds: both,
  points: [
    { attributes: read, value: ({ statistics }) => statistics.readOperations },
    { attributes: write, value: ({ statistics }) => statistics.writeOperations },
  ],
};

export const io: ScalarMetric = {
  name: 'io',
  type: 'counter',
  unit: 'By',
  description: 'Bytes the volume read and wrote.',
  kinds: both,
  points: [
    { attributes: read, value: ({ statistics }) => statistics.readBytes },
    { attributes: write, value: ({ statistics }) => statistics.writeBytes },
  ],
};

export const operationTime: ScalarMetric = {
  name: 'operation_time',
  type: 'counter',
  unit: 's',
  description: 'Time spent on completed operations, added over operations in flight together.',
  kinds: both,
  points: [
    { attributes: read, value: ({ statistics }) => seconds(statistics.readTimeMicros) },
    { attributes: write, value: ({ statistics }) => seconds(statistics.writeTimeMicros) },
  ],
};

export const exceededTime: ScalarMetric = {
  name: 'performance_exceeded.time',
  type: 'counter',
  unit: 's',
  description: "Time that demand exceeded a limit: the volume's own, or the instance's.",
  kinds: both,
  points: [
    {
      attributes: limit('volume', 'iops'),
      kinds: ebsOnly,
      value: ({ statistics }) => seconds(statistics.volumeIopsExceededMicros),
    },
    {
      attributes: limit('volume', 'throughput'),
      kinds: ebsOnly,
      value: ({ statistics }) => seconds(statistics.volumeThroughputExceededMicros),
    },
    {
      attributes: limit('instance', 'iops'),
      value: ({ statistics }) => seconds(statistics.instanceIopsExceededMicros),
    },
    {
      attributes: limit('instance', 'throughput'),
      value: ({ statistics }) => seconds(statistics.instanceThroughputExceededMicros),
    },
  ],
};

export const exceededRatio: ScalarMetric = {
  name: 'performance_exceeded.ratio',
  type: 'gauge',
  unit: '1',
  description: 'Share of the time between the last two readings that demand exceeded a limit, 0 to 1.',
  kinds: both,
  points: [
    { attributes: limit('volume', 'iops'), kinds: ebsOnly, value: ({ exceeded }) => exceeded?.volumeIops },
    {
      attributes: limit('volume', 'throughput'),
      kinds: ebsOnly,
      value: ({ exceeded }) => exceeded?.volumeThroughput,
    },
    { attributes: limit('instance', 'iops'), value: ({ exceeded }) => exceeded?.instanceIops },
    { attributes: limit('instance', 'throughput'), value: ({ exceeded }) => exceeded?.instanceThroughput },
  ],
};

export const queueLength: ScalarMetric = {
  name: 'queue_length',
  type: 'gauge',
  unit: '{operation}',
  description: 'Operations submitted and not completed at the moment of the reading.',
  kinds: both,
  points: [{ attributes: {}, value: ({ statistics }) => statistics.queueLength }],
};

export const operationDuration: HistogramMetric = {
  name: 'operation.duration',
  type: 'histogram',
  unit: 's',
  description: 'Latency of completed operations; the sum is the operation time.',
  kinds: both,
  attributes: [attribute.direction],
};

export const sizedOperationDuration: HistogramMetric = {
  name: 'sized_operation.duration',
  type: 'histogram',
  unit: 's',
  description: 'Latency of completed operations by size of the I/O; the drive keeps no sum of these.',
  kinds: ['instance_store'],
  attributes: [attribute.direction, attribute.sizeBand],
};

export const up: UpMetric = {
  name: 'up',
  type: 'up',
  unit: '',
  description: '1 when the last reading of the volume succeeded, 0 when it failed.',
  kinds: both,
};

export const scalarMetrics: readonly ScalarMetric[] = [
  operations,
  io,
  operationTime,
  exceededTime,
  exceededRatio,
  queueLength,
];

/** In the order of the documentation. */
export const volumeMetrics: readonly VolumeMetric[] = [
  operations,
  io,
  operationTime,
  operationDuration,
  sizedOperationDuration,
  exceededTime,
  exceededRatio,
  queueLength,
  up,
];

/** The full name of a metric on volumes of one kind. */
export function metricName(kind: VolumeKind, metric: VolumeMetric): string {
  return metricPrefix[kind] + metric.name;
}
