import type { HrTime } from '@opentelemetry/api';
import type { HistogramPointShape, PointShape } from './shape.ts';

/** One line of a family, or one histogram: all of it but its numbers. */
export interface Series {
  /** Rendered and escaped, without braces: `device="nvme1n1",volume_id="vol-…"`. Empty where there are none. */
  readonly labels: string;
  /** Compared as a string: the place among the family's series. Series of the same place stay as they came. */
  readonly order: string;
  /** When the series began; [0, 0] where unknown. */
  readonly startTime: HrTime;
}

export interface NumberSeries extends Series {
  /** Finds its number among a collection's values. */
  readonly value: (values: Float64Array) => number;
}

export interface HistogramSeries
  extends Series, Pick<HistogramPointShape, 'boundaries' | 'sumPlace' | 'place'> {}

interface FamilyBase {
  /** As on the page of the text format: a counter's with `_total`, an info's with `_info`. */
  readonly name: string;
  readonly help: string;
  /** In Prometheus' words (`seconds`), and then the name without its suffix ends with it; empty where there is none. */
  readonly unit: string;
}

export interface NumberFamily extends FamilyBase {
  readonly type: 'counter' | 'gauge' | 'info';
  readonly series: NumberSeries[];
}

export interface HistogramFamily extends FamilyBase {
  readonly type: 'histogram';
  readonly series: HistogramSeries[];
}

/** A metric family in Prometheus' terms; the same for every exposition format. */
export type Family = NumberFamily | HistogramFamily;

export function openFamily(type: Family['type'], name: string, unit: string, help: string): Family {
  return type === 'histogram'
    ? { type, name, unit, help, series: [] }
    : { type, name, unit, help, series: [] };
}

/** What the labels of a point amount to. */
interface Labelled {
  readonly labels: string;
  readonly order: string;
}

/** @param convert from the metric's unit to the family's, where they differ */
export function numberSeries(
  { labels, order }: Labelled,
  { startTime, place }: PointShape,
  convert?: (value: number) => number,
): NumberSeries {
  const value =
    convert === undefined
      ? (values: Float64Array) => values[place] ?? NaN
      : (values: Float64Array) => convert(values[place] ?? NaN);
  return { labels, order, startTime, value };
}

export function histogramSeries(
  { labels, order }: Labelled,
  { startTime, place, boundaries, sumPlace }: HistogramPointShape,
): HistogramSeries {
  return { labels, order, startTime, place, boundaries, sumPlace };
}

function inOrder(series: readonly Series[]): boolean {
  let last = '';
  for (const { order } of series) {
    if (order < last) return false;
    last = order;
  }
  return true;
}

function compare(a: Series, b: Series): number {
  return a.order < b.order ? -1 : a.order > b.order ? 1 : 0;
}

/** Puts a family's series in their order, where they are not in it already: they nearly always are. */
export function sorted(family: Family): Family {
  if (!inOrder(family.series)) family.series.sort(compare);
  return family;
}
