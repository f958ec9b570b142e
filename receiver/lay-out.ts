import type { Attributes, HrTime } from '@opentelemetry/api';
import {
  DataPointType,
  type DataPoint,
  type Histogram,
  type MetricData,
  type MetricDescriptor,
  type ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import { endTimePlaces, histogramAt, type Columns } from './columns.ts';

/** Takes metrics that were made as objects apart into columns. */

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

function sameBuckets(a: Histogram, b: Histogram): boolean {
  return (
    sameBoundaries(a.buckets.boundaries, b.buckets.boundaries) &&
    (a.sum === undefined) === (b.sum === undefined) &&
    (a.min === undefined) === (b.min === undefined) &&
    (a.max === undefined) === (b.max === undefined)
  );
}

/** Whether two lists are the same, each by each. A loop, and no closure in any: it is asked at every scrape. */
function sameEach<Each, How>(
  list: readonly Each[],
  before: readonly Each[],
  isSame: (each: Each, before: Each, how: How) => boolean,
  how: How,
): boolean {
  if (list.length !== before.length) return false;
  for (let i = 0; i < list.length; i++) {
    const each = list[i];
    const other = before[i];
    if (each === undefined || other === undefined || !isSame(each, other, how)) return false;
  }
  return true;
}

function samePoint(point: DataPoint<unknown>, before: DataPoint<unknown>, timed: boolean): boolean {
  return (
    sameAttributes(point.attributes, before.attributes) &&
    (!timed || sameTime(point.startTime, before.startTime))
  );
}

function sameHistogram(point: DataPoint<Histogram>, before: DataPoint<Histogram>): boolean {
  return samePoint(point, before, true) && sameBuckets(point.value, before.value);
}

function isMonotonic(metric: MetricData): boolean {
  return metric.dataPointType === DataPointType.SUM && metric.isMonotonic;
}

function samePoints(metric: MetricData, before: MetricData, gaugesBeginAnew: boolean): boolean {
  switch (metric.dataPointType) {
    case DataPointType.HISTOGRAM:
      return (
        before.dataPointType === DataPointType.HISTOGRAM &&
        sameEach(metric.dataPoints, before.dataPoints, sameHistogram, undefined)
      );
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      // Their numbers have no places.
      return false;
    case DataPointType.GAUGE:
      return sameEach<DataPoint<unknown>, boolean>(
        metric.dataPoints,
        before.dataPoints,
        samePoint,
        !gaugesBeginAnew,
      );
    case DataPointType.SUM:
      return sameEach<DataPoint<unknown>, boolean>(metric.dataPoints, before.dataPoints, samePoint, true);
  }
}

function sameMetric(metric: MetricData, before: MetricData, gaugesBeginAnew: boolean): boolean {
  return (
    metric.dataPointType === before.dataPointType &&
    metric.aggregationTemporality === before.aggregationTemporality &&
    isMonotonic(metric) === isMonotonic(before) &&
    sameDescriptor(metric.descriptor, before.descriptor) &&
    samePoints(metric, before, gaugesBeginAnew)
  );
}

/** @param gaugesBeginAnew their start times say nothing */
function sameScope(
  { scope, metrics }: ScopeMetrics,
  before: ScopeMetrics,
  gaugesBeginAnew: boolean,
): boolean {
  return (
    scope.name === before.scope.name &&
    scope.version === before.scope.version &&
    sameEach(metrics, before.metrics, sameMetric, gaugesBeginAnew)
  );
}

const unknownTime: HrTime = [0, 0];

/** They all end at one moment. */
function endTimeOf(scopes: readonly ScopeMetrics[]): HrTime {
  for (const { metrics } of scopes) {
    for (const { dataPoints } of metrics) {
      const [point] = dataPoints;
      if (point !== undefined) return point.endTime;
    }
  }
  return unknownTime;
}

/** The numbers of metrics, in the order of the places that `laidOut` gives them. */
function valuesOf(scopes: readonly ScopeMetrics[], length: number): Float64Array {
  const values = new Float64Array(length);
  values.set(endTimeOf(scopes));
  let next = endTimePlaces.length;
  for (const { metrics } of scopes) {
    for (const metric of metrics) {
      if (metric.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM) continue;
      for (const { value } of metric.dataPoints) {
        if (typeof value === 'number') {
          values[next++] = value;
          continue;
        }
        const { buckets, sum, min, max } = value;
        values.set(buckets.counts, next);
        next += buckets.counts.length;
        if (sum !== undefined) values[next++] = sum;
        if (min !== undefined) values[next++] = min;
        if (max !== undefined) values[next++] = max;
      }
    }
  }
  return values;
}

/** A layout, and how many numbers it has places for. */
interface LaidOut {
  readonly layout: readonly ScopeMetrics[];
  readonly length: number;
}

function laidOut(scopes: readonly ScopeMetrics[], gaugesBeginAnew: boolean): LaidOut {
  let next = endTimePlaces.length;
  const histogram = ({ buckets: { boundaries }, sum, min, max }: Histogram): Histogram => {
    const first = next;
    next += boundaries.length + 1;
    const placeOf = (value: number | undefined) => (value === undefined ? undefined : next++);
    return histogramAt({ boundaries, first, sum: placeOf(sum), min: placeOf(min), max: placeOf(max) });
  };
  const points = <Value>(
    { dataPoints, dataPointType }: { dataPoints: DataPoint<Value>[]; dataPointType: DataPointType },
    placesOf: (value: Value) => Value,
  ): DataPoint<Value>[] => {
    const begins = dataPointType !== DataPointType.GAUGE || !gaugesBeginAnew;
    return dataPoints.map(({ attributes, startTime, value }) => ({
      attributes,
      startTime: begins ? startTime : unknownTime,
      endTime: endTimePlaces,
      value: placesOf(value),
    }));
  };
  const metricAt = (metric: MetricData): MetricData => {
    switch (metric.dataPointType) {
      case DataPointType.HISTOGRAM:
        return { ...metric, dataPoints: points(metric, histogram) };
      case DataPointType.EXPONENTIAL_HISTOGRAM:
        return { ...metric, dataPoints: points(metric, (value) => value) };
      case DataPointType.GAUGE:
        return { ...metric, dataPoints: points(metric, () => next++) };
      case DataPointType.SUM:
        return { ...metric, dataPoints: points(metric, () => next++) };
    }
  };
  const layout = scopes.map(({ scope, metrics }) => ({ scope, metrics: metrics.map(metricAt) }));
  return { layout, length: next };
}

/**
 * Takes one collection after the other apart, each of which ended at one moment. What it gives has the layout of the one
 * before where only numbers changed.
 *
 * @param gaugesBeginAnew their start times say nothing, and are left out
 */
export function createLayOut({ gaugesBeginAnew = false } = {}): (scopes: readonly ScopeMetrics[]) => Columns {
  let before: LaidOut | undefined;
  return (scopes) => {
    if (before === undefined || !sameEach(scopes, before.layout, sameScope, gaugesBeginAnew)) {
      before = laidOut(scopes, gaugesBeginAnew);
    }
    const { layout, length } = before;
    return { layout, values: valuesOf(scopes, length) };
  };
}
