import type { Attributes, HrTime } from '@opentelemetry/api';
import {
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
  type MetricDescriptor,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import {
  type HistogramPointShape,
  type MetricShape,
  metricType,
  type PointShape,
  type Shape,
} from './shape.ts';

/**
 * Whether a collection has a shape. Asked at every scrape: a volume's points come with the same objects each time, so
 * that identity nearly always answers. The collector's own come with new objects of the same content.
 */

/**
 * In the same order: it is the labels' order. Lists count as the same only where they are one object. Apart from the
 * question of identity, for a function that has a closure in it costs memory at each call.
 */
function equalAttributes(a: Attributes, b: Attributes): boolean {
  const names = Object.keys(a);
  const others = Object.keys(b);
  return (
    names.length === others.length && names.every((name, i) => name === others[i] && a[name] === b[name])
  );
}

function sameAttributes(a: Attributes, b: Attributes): boolean {
  return a === b || equalAttributes(a, b);
}

function sameTime(a: HrTime, b: HrTime): boolean {
  return a === b || (a[0] === b[0] && a[1] === b[1]);
}

export function sameBoundaries(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function sameDescriptor(a: MetricDescriptor, b: MetricDescriptor): boolean {
  return a === b || (a.name === b.name && a.unit === b.unit && a.description === b.description);
}

function haveShape(
  points: readonly DataPoint<unknown>[],
  shapes: readonly PointShape[],
  timed: boolean,
): boolean {
  for (let i = 0; i < shapes.length; i++) {
    const shape = shapes[i];
    const point = points[i];
    if (shape === undefined || point === undefined) return false;
    if (!sameAttributes(shape.attributes, point.attributes)) return false;
    if (timed && !sameTime(shape.startTime, point.startTime)) return false;
  }
  return true;
}

function haveBuckets(
  points: readonly DataPoint<Histogram>[],
  shapes: readonly HistogramPointShape[],
): boolean {
  return shapes.every(({ boundaries, hasSum }, i) => {
    const value = points[i]?.value;
    return (
      value !== undefined &&
      sameBoundaries(boundaries, value.buckets.boundaries) &&
      hasSum === (value.sum !== undefined)
    );
  });
}

function metricHasShape(metric: MetricData, shape: MetricShape): boolean {
  const { dataPoints } = metric;
  return (
    shape.type === metricType(metric) &&
    sameDescriptor(shape.descriptor, metric.descriptor) &&
    shape.points.length === dataPoints.length &&
    haveShape(dataPoints, shape.points, shape.type !== 'gauge') &&
    (shape.type !== 'histogram' ||
      (metric.dataPointType === DataPointType.HISTOGRAM && haveBuckets(metric.dataPoints, shape.points)))
  );
}

export function hasShape({ resource, scopeMetrics }: ResourceMetrics, shape: Shape): boolean {
  if (!sameAttributes(shape.resource, resource.attributes)) return false;
  let next = 0;
  for (const { metrics } of scopeMetrics) {
    for (const metric of metrics) {
      const expected = shape.metrics[next++];
      if (expected === undefined || !metricHasShape(metric, expected)) return false;
    }
  }
  return next === shape.metrics.length;
}
