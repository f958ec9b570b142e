import type { Attributes, HrTime } from '@opentelemetry/api';
import {
  DataPointType,
  type MetricData,
  type MetricDescriptor,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';

/**
 * What of a collection is the same from one to the next: all but the numbers. The text of a page follows from it alone,
 * and the numbers are found in the collection's values by their places.
 */
export interface Shape {
  readonly resource: Attributes;
  readonly metrics: readonly MetricShape[];
}

export interface PointShape {
  readonly attributes: Attributes;
  /** [0, 0] where unknown, and on gauges, whose start no page shows. */
  readonly startTime: HrTime;
  /** Of its number among the values; of a histogram's first bucket, which the others follow. */
  readonly place: number;
}

export interface HistogramPointShape extends PointShape {
  readonly boundaries: readonly number[];
  /** Of the sum, where there is one. */
  readonly sumPlace: number | undefined;
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

/** Of whose numbers no page shows any: they have no places. */
export interface ExponentialMetricShape {
  readonly type: 'exponential histogram';
  readonly descriptor: MetricDescriptor;
  readonly points: readonly PointShape[];
}

export type MetricShape = NumberMetricShape | HistogramMetricShape | ExponentialMetricShape;

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

function metricShape(metric: MetricData): MetricShape {
  const { descriptor } = metric;
  const type = metricType(metric);
  if (metric.dataPointType === DataPointType.HISTOGRAM) {
    const points = metric.dataPoints.map(({ attributes, startTime, value }) => ({
      attributes,
      startTime,
      place: value.count,
      boundaries: value.buckets.boundaries,
      sumPlace: value.sum,
    }));
    return { type: 'histogram', descriptor, points };
  }
  if (metric.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM) {
    const points = metric.dataPoints.map(({ attributes, startTime }) => ({
      attributes,
      startTime,
      place: NaN,
    }));
    return { type: 'exponential histogram', descriptor, points };
  }
  const points = metric.dataPoints.map(({ attributes, startTime, value }) => ({
    attributes,
    startTime: type === 'counter' ? startTime : unknownTime,
    place: value,
  }));
  return { type: type === 'counter' ? 'counter' : 'gauge', descriptor, points };
}

/** @param layout a collection's, whose numbers are places: see receiver/columns.ts */
export function shapeOf({ resource, scopeMetrics }: ResourceMetrics): Shape {
  return {
    resource: resource.attributes,
    metrics: scopeMetrics.flatMap(({ metrics }) => metrics.map(metricShape)),
  };
}
