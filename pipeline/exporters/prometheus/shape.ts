import type { Attributes, HrTime } from '@opentelemetry/api';
import {
  DataPointType,
  type DataPoint,
  type Histogram,
  type MetricData,
  type MetricDescriptor,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';

/**
 * What of a collection is the same from one to the next: all but the numbers. The text of a page follows from it alone.
 */
export interface Shape {
  readonly resource: Attributes;
  readonly metrics: readonly MetricShape[];
}

export interface PointShape {
  readonly attributes: Attributes;
  /** [0, 0] where unknown, and on gauges, whose start no page shows. */
  readonly startTime: HrTime;
  /** Its place among the points of the collection that are numbers, or histograms. */
  readonly index: number;
}

export interface HistogramPointShape extends PointShape {
  readonly boundaries: readonly number[];
  readonly hasSum: boolean;
}

export interface NumberMetricShape {
  /** A sum that can go down is a gauge to Prometheus. */
  readonly type: 'counter' | 'gauge';
  readonly descriptor: MetricDescriptor;
  readonly points: readonly PointShape[];
}

export interface HistogramMetricShape {
  readonly type: 'histogram';
  readonly descriptor: MetricDescriptor;
  readonly points: readonly HistogramPointShape[];
}

export interface ExponentialMetricShape {
  readonly type: 'exponential histogram';
  readonly descriptor: MetricDescriptor;
  readonly points: readonly PointShape[];
}

export type MetricShape = NumberMetricShape | HistogramMetricShape | ExponentialMetricShape;

/** The points of a collection in the order in which they came, as the indexes of its shape count them. */
export interface Points {
  readonly numbers: readonly DataPoint<number>[];
  readonly histograms: readonly DataPoint<Histogram>[];
}

const unknownTime: HrTime = [0, 0];

export function metricType(metric: MetricData): MetricShape['type'] {
  switch (metric.dataPointType) {
    case DataPointType.SUM:
      return metric.isMonotonic ? 'counter' : 'gauge';
    case DataPointType.GAUGE:
      return 'gauge';
    case DataPointType.HISTOGRAM:
      return 'histogram';
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return 'exponential histogram';
  }
}

export function shapeOf({ resource, scopeMetrics }: ResourceMetrics): Shape {
  let numbers = 0;
  let histograms = 0;
  const metricShape = (metric: MetricData): MetricShape => {
    const { descriptor } = metric;
    const type = metricType(metric);
    if (metric.dataPointType === DataPointType.HISTOGRAM) {
      const points = metric.dataPoints.map(({ attributes, startTime, value: { buckets, sum } }) => ({
        attributes,
        startTime,
        index: histograms++,
        boundaries: buckets.boundaries,
        hasSum: sum !== undefined,
      }));
      return { type: 'histogram', descriptor, points };
    }
    if (metric.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM) {
      const points = metric.dataPoints.map(({ attributes, startTime }, index) => ({
        attributes,
        startTime,
        index,
      }));
      return { type: 'exponential histogram', descriptor, points };
    }
    const points = metric.dataPoints.map(({ attributes, startTime }) => ({
      attributes,
      startTime: type === 'counter' ? startTime : unknownTime,
      index: numbers++,
    }));
    return { type: type === 'counter' ? 'counter' : 'gauge', descriptor, points };
  };
  return {
    resource: resource.attributes,
    metrics: scopeMetrics.flatMap(({ metrics }) => metrics.map(metricShape)),
  };
}

export function pointsOf({ scopeMetrics }: ResourceMetrics): Points {
  const numbers: (readonly DataPoint<number>[])[] = [];
  const histograms: (readonly DataPoint<Histogram>[])[] = [];
  for (const { metrics } of scopeMetrics) {
    for (const metric of metrics) {
      if (metric.dataPointType === DataPointType.HISTOGRAM) histograms.push(metric.dataPoints);
      else if (metric.dataPointType !== DataPointType.EXPONENTIAL_HISTOGRAM) numbers.push(metric.dataPoints);
    }
  }
  const noNumbers: DataPoint<number>[] = [];
  const noHistograms: DataPoint<Histogram>[] = [];
  return { numbers: noNumbers.concat(...numbers), histograms: noHistograms.concat(...histograms) };
}
