import { ValueType, type Attributes } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type CollectionResult,
  type DataPoint,
  type Histogram,
  type HistogramMetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import {
  firstLatency,
  hrTimeOf,
  type Attachment,
  type AttachmentState,
  type CumulativeLatency,
} from './attachment.ts';
import { attribute } from './attributes.ts';
import {
  metricName,
  metricPrefix,
  operationDuration,
  sizedOperationDuration,
  type HistogramMetric,
} from './metrics.ts';
import type { PointAttributesOf } from './point-attributes.ts';
import type { Reading } from './reading.ts';
import type { VolumeKind } from './statistics.ts';

export interface HistogramOptions {
  /** `operation.duration`. */
  readonly latency: boolean;
  /** `sized_operation.duration`, where the drive has it. */
  readonly ioSizes: boolean;
}

type HistogramPoint = DataPoint<Histogram>;

const directions = ['read', 'write'] as const;
const kinds = Object.keys(metricPrefix) as VolumeKind[];

function histogramData(
  kind: VolumeKind,
  metric: HistogramMetric,
  dataPoints: HistogramPoint[],
): HistogramMetricData {
  return {
    descriptor: {
      name: metricName(kind, metric),
      description: metric.description,
      unit: metric.unit,
      valueType: ValueType.DOUBLE,
    },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPointType: DataPointType.HISTOGRAM,
    dataPoints,
  };
}

/** @param sumSeconds the total time of the operations, where the drive keeps one */
function histogramOf({ boundaries, counts, count }: CumulativeLatency, sumSeconds?: number): Histogram {
  const buckets = { boundaries, counts };
  return sumSeconds === undefined ? { buckets, count } : { buckets, count, sum: sumSeconds };
}

const directionAttributes: Readonly<Record<(typeof directions)[number], Attributes>> = {
  read: { [attribute.direction]: 'read' },
  write: { [attribute.direction]: 'write' },
};

/** Attributes of the points of a size band, made once for each band that any drive has. */
function createBandAttributes(): (direction: string, upperSizeBytes: number) => Attributes {
  const cache = new Map<string, Attributes>();
  return (direction, upperSizeBytes) => {
    const upper = upperSizeBytes === Infinity ? '+Inf' : String(upperSizeBytes);
    const key = `${direction} ${upper}`;
    let attributes = cache.get(key);
    if (attributes === undefined) {
      cache.set(key, (attributes = { [attribute.direction]: direction, [attribute.sizeBand]: upper }));
    }
    return attributes;
  };
}

/**
 * The page's histograms as a MetricProducer: the SDK has no asynchronous histogram. Bins are unwrapped by the
 * attachment's state; of the I/O-size bands, which have no counters beside them, they are reported as the drive counts.
 */
export function createHistogramProducer(
  options: HistogramOptions,
  pointAttributes: PointAttributesOf,
): MetricProducer & { report(reading: Reading): void } {
  const bandAttributes = createBandAttributes();
  let current: Reading = { readAtMs: 0, volumes: [] };

  const latencyPoints = (attachment: Attachment, state: AttachmentState): HistogramPoint[] => {
    const endTime = hrTimeOf(current.readAtMs);
    return directions.flatMap((direction) => {
      const latency = direction === 'read' ? state.readLatency : state.writeLatency;
      if (latency.counts.length === 0) return [];
      const micros =
        direction === 'read' ? state.statistics.readTimeMicros : state.statistics.writeTimeMicros;
      const attributes = pointAttributes(attachment, directionAttributes[direction]);
      return {
        attributes,
        startTime: attachment.startTime,
        endTime,
        value: histogramOf(latency, micros / 1e6),
      };
    });
  };

  const bandPoints = (attachment: Attachment, state: AttachmentState): HistogramPoint[] => {
    const endTime = hrTimeOf(current.readAtMs);
    return state.statistics.ioSizeBands.flatMap((band) =>
      directions.flatMap((direction) => {
        const latency = firstLatency(direction === 'read' ? band.readLatency : band.writeLatency);
        if (latency.counts.length === 0) return [];
        const attributes = pointAttributes(attachment, bandAttributes(direction, band.upperSizeBytes));
        return {
          attributes,
          startTime: attachment.startTime,
          endTime,
          value: histogramOf(latency),
        };
      }),
    );
  };

  const metricsOf = (kind: VolumeKind): HistogramMetricData[] => {
    const read = current.volumes.flatMap((volume) =>
      volume.ok && volume.attachment.volume.kind === kind ? [volume] : [],
    );
    const wanted = [
      { metric: operationDuration, wanted: options.latency, points: latencyPoints },
      { metric: sizedOperationDuration, wanted: options.ioSizes, points: bandPoints },
    ];
    return wanted
      .filter((histogram) => histogram.wanted && histogram.metric.kinds.includes(kind))
      .map(({ metric, points }) =>
        histogramData(
          kind,
          metric,
          read.flatMap(({ attachment, state }) => points(attachment, state)),
        ),
      )
      .filter(({ dataPoints }) => dataPoints.length > 0);
  };

  return {
    report(reading) {
      current = reading;
    },
    async collect(): Promise<CollectionResult> {
      // The reader takes the metrics only: the scope is given by whoever reads it.
      const scopeMetrics = [{ scope: { name: '' }, metrics: kinds.flatMap(metricsOf) }];
      return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] };
    },
  };
}
