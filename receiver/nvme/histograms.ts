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
import { hrTimeOf } from '../hr-time.ts';
import { firstLatency, type CumulativeLatency } from './attachment.ts';
import { attribute } from './attributes.ts';
import {
  metricName,
  metricPrefix,
  operationDuration,
  sizedOperationDuration,
  type HistogramMetric,
} from './metrics.ts';
import type { PointAttributesRegister } from './point-attributes.ts';
import type { Reading, VolumeReading } from './reading.ts';
import type { VolumeKind } from './statistics.ts';

export interface HistogramOptions {
  /** `operation.duration`. */
  readonly latency: boolean;
  /** `sized_operation.duration`, where the drive has it. */
  readonly ioSizes: boolean;
}

type HistogramPoint = DataPoint<Histogram>;

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

const directionAttributes = {
  read: { [attribute.direction]: 'read' },
  write: { [attribute.direction]: 'write' },
} as const satisfies Readonly<Record<string, Attributes>>;

/** Adds what one volume that was read has of a metric. */
type AddPoints = (
  add: (own: Attributes, latency: CumulativeLatency, sumSeconds?: number) => void,
  reading: Extract<VolumeReading, { readonly ok: true }>,
) => void;

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
  pointAttributes: PointAttributesRegister,
): MetricProducer & { report(reading: Reading): void } {
  const bandAttributes = createBandAttributes();
  let current: Reading = { readAtMs: 0, volumes: [] };

  const addLatencies: AddPoints = (add, { state }) => {
    const { statistics, readLatency, writeLatency } = state;
    add(directionAttributes.read, readLatency, statistics.readTimeMicros / 1e6);
    add(directionAttributes.write, writeLatency, statistics.writeTimeMicros / 1e6);
  };

  const addBands: AddPoints = (add, { state }) => {
    for (const { upperSizeBytes, readLatency, writeLatency } of state.statistics.ioSizeBands) {
      add(bandAttributes('read', upperSizeBytes), firstLatency(readLatency));
      add(bandAttributes('write', upperSizeBytes), firstLatency(writeLatency));
    }
  };

  const pointsOf = (kind: VolumeKind, addPoints: AddPoints): HistogramPoint[] => {
    const endTime = hrTimeOf(current.readAtMs);
    const points: HistogramPoint[] = [];
    current.volumes.forEach((reading) => {
      const { attachment } = reading;
      if (!reading.ok || attachment.volume.kind !== kind) return;
      addPoints((own, latency, sumSeconds) => {
        if (latency.counts.length === 0) return;
        const attributes = pointAttributes.of(attachment, own);
        const value = histogramOf(latency, sumSeconds);
        points.push({ attributes, startTime: attachment.startTime, endTime, value });
      }, reading);
    });
    return points;
  };

  const metricsOf = (kind: VolumeKind): HistogramMetricData[] => {
    const wanted = [
      { metric: operationDuration, wanted: options.latency, addPoints: addLatencies },
      { metric: sizedOperationDuration, wanted: options.ioSizes, addPoints: addBands },
    ];
    return wanted
      .filter((histogram) => histogram.wanted && histogram.metric.kinds.includes(kind))
      .map(({ metric, addPoints }) => histogramData(kind, metric, pointsOf(kind, addPoints)))
      .filter(({ dataPoints }) => dataPoints.length > 0);
  };

  return {
    report(reading) {
      current = reading;
    },
    async collect(): Promise<CollectionResult> {
      // volume-metrics.ts takes the metrics only, and gives them their scope.
      const scopeMetrics = [{ scope: { name: '' }, metrics: kinds.flatMap(metricsOf) }];
      return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] };
    },
  };
}
