import type { HrTime } from '@opentelemetry/api';
import {
  DataPointType,
  type DataPoint,
  type Histogram,
  type MetricData,
  type ScopeMetrics,
} from '@opentelemetry/sdk-metrics';

/**
 * What was collected, in two parts: all that stays the same from one reading to the next, and the numbers. 128 volumes
 * have 9,000 of them; as an object for each point they were most of what a scrape cost.
 *
 * The layout is OpenTelemetry's own, but that each of its numbers is a place in `values`:
 * - of a number's point, `value` is one;
 * - of a histogram's, `value.count` is the place of its first bucket, whose others follow it, one more than there are
 *   boundaries; `sum`, `min` and `max` are places where they are there at all;
 * - of `endTime`, both numbers are.
 *
 * Attributes, start times and descriptors are what they say. Where nothing but numbers changed, the layout is the same
 * object, so it may serve as the key of a cache; nobody may change it.
 */
export interface Columns {
  readonly layout: readonly ScopeMetrics[];
  readonly values: Float64Array;
}

/** What is collected together ends at one moment, whose numbers come first. */
export const endTimePlaces: HrTime = [0, 1];

/** Where the numbers of a histogram are. */
export interface HistogramPlaces {
  readonly boundaries: number[];
  readonly first: number;
  readonly sum?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** A histogram of a layout. */
export function histogramAt({ boundaries, first, sum, min, max }: HistogramPlaces): Histogram {
  return {
    buckets: { boundaries, counts: [] },
    count: first,
    ...(sum === undefined ? {} : { sum }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  };
}

function histogramOf(
  { buckets: { boundaries }, count: first, sum, min, max }: Histogram,
  values: Float64Array,
) {
  const counts: number[] = [];
  let count = 0;
  for (let place = first; place <= first + boundaries.length; place++) {
    const bucket = values[place] ?? 0;
    counts.push(bucket);
    count += bucket;
  }
  const numberAt = (place: number): number => values[place] ?? NaN;
  return {
    buckets: { boundaries, counts },
    count,
    ...(sum === undefined ? {} : { sum: numberAt(sum) }),
    ...(min === undefined ? {} : { min: numberAt(min) }),
    ...(max === undefined ? {} : { max: numberAt(max) }),
  };
}

/** Metrics as OpenTelemetry's exporters want them, made of a layout and its values. */
export function metricsOf({ layout, values }: Columns): ScopeMetrics[] {
  const times = new Map<HrTime, HrTime>();
  const timeOf = (places: HrTime): HrTime => {
    let time = times.get(places);
    if (time === undefined) {
      time = [values[places[0]] ?? 0, values[places[1]] ?? 0];
      times.set(places, time);
    }
    return time;
  };
  const points = <Value>(
    laidOut: readonly DataPoint<Value>[],
    valueOf: (places: Value) => Value,
  ): DataPoint<Value>[] =>
    laidOut.map(({ attributes, startTime, endTime, value }) => ({
      attributes,
      startTime,
      endTime: timeOf(endTime),
      value: valueOf(value),
    }));
  const metricOf = (metric: MetricData): MetricData => {
    switch (metric.dataPointType) {
      case DataPointType.HISTOGRAM:
        return { ...metric, dataPoints: points(metric.dataPoints, (places) => histogramOf(places, values)) };
      case DataPointType.EXPONENTIAL_HISTOGRAM:
        return { ...metric, dataPoints: points(metric.dataPoints, (value) => value) };
      case DataPointType.GAUGE:
        return { ...metric, dataPoints: points(metric.dataPoints, (place) => values[place] ?? NaN) };
      case DataPointType.SUM:
        return { ...metric, dataPoints: points(metric.dataPoints, (place) => values[place] ?? NaN) };
    }
  };
  return layout.map(({ scope, metrics }) => ({ scope, metrics: metrics.map(metricOf) }));
}
