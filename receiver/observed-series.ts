import type { Attributes, HrTime, Observable } from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  type DataPoint,
  type Histogram,
  type MetricData,
  type MetricDescriptor,
} from '@opentelemetry/sdk-metrics';
import { endTimePlaces, histogramAt } from './columns.ts';

/** What series are observed of. */
export interface Instrument {
  readonly descriptor: MetricDescriptor;
  readonly type: 'counter' | 'gauge' | 'histogram';
}

/** What is the same at each observation. */
export interface Series {
  readonly observable: Observable;
  readonly attributes: Attributes;
  readonly instrument: Instrument;
  readonly startTime: HrTime;
  /** Of a histogram. */
  readonly boundaries: number[] | undefined;
  readonly hasSum: boolean;
}

/** What one instrument's series look like, which were observed in this order and have these places. */
function metricAt(
  { descriptor, type }: Instrument,
  series: readonly (readonly [Series, number])[],
): MetricData {
  const points = <Value>(valueOf: (series: Series, place: number) => Value): DataPoint<Value>[] =>
    series.map(([each, place]) => ({
      attributes: each.attributes,
      startTime: each.startTime,
      endTime: endTimePlaces,
      value: valueOf(each, place),
    }));
  const histogram = ({ boundaries = [], hasSum }: Series, first: number): Histogram => {
    const sum = hasSum ? first + boundaries.length + 1 : undefined;
    return histogramAt({ boundaries, first, sum });
  };
  const described = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE };
  switch (type) {
    case 'counter': {
      const dataPoints = points((_, place) => place);
      return { ...described, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints };
    }
    case 'gauge':
      return { ...described, dataPointType: DataPointType.GAUGE, dataPoints: points((_, place) => place) };
    case 'histogram':
      return { ...described, dataPointType: DataPointType.HISTOGRAM, dataPoints: points(histogram) };
  }
}

/**
 * The layout (receiver/columns.ts) of a collection in which these series were observed, in this order: the numbers of each
 * stand behind those of the one before, after the collection's end.
 */
export function layoutOf(instruments: Iterable<Instrument>, known: readonly Series[]): readonly MetricData[] {
  const byInstrument = new Map<Instrument, [Series, number][]>();
  let place = endTimePlaces.length;
  for (const series of known) {
    const { instrument, boundaries, hasSum } = series;
    const list = byInstrument.get(instrument) ?? [];
    byInstrument.set(instrument, list);
    list.push([series, place]);
    place += boundaries === undefined ? 1 : boundaries.length + 1 + (hasSum ? 1 : 0);
  }
  return Array.from(instruments).flatMap((instrument) => {
    const series = byInstrument.get(instrument);
    return series === undefined ? [] : [metricAt(instrument, series)];
  });
}
