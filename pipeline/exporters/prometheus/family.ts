import type { HrTime } from '@opentelemetry/api';
import type { Histogram } from '@opentelemetry/sdk-metrics';
import type { HistogramPointShape, Points, PointShape } from './shape.ts';

/** One line of a family, or one histogram: all of it but its value, and where that is found at each collection. */
export interface Series<Value> {
  /** Rendered and escaped, without braces: `device="nvme1n1",volume_id="vol-…"`. Empty where there are none. */
  readonly labels: string;
  /** Compared as a string: the place among the family's series. Series of the same place stay as they came. */
  readonly order: string;
  /** When the series began; [0, 0] where unknown. */
  readonly startTime: HrTime;
  readonly value: (points: Points) => Value;
}

export interface HistogramSeries extends Series<Histogram> {
  readonly boundaries: readonly number[];
  readonly hasSum: boolean;
}

interface FamilyBase {
  /** As on the page of the text format: a counter's with `_total`, an info's with `_info`. */
  readonly name: string;
  readonly help: string;
  /** In Prometheus' words (`seconds`), and then the name without its suffix ends with it; empty where there is none. */
  readonly unit: string;
}

export interface NumberFamily extends FamilyBase {
  readonly type: 'counter' | 'gauge' | 'info';
  readonly series: Series<number>[];
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

function valueAt<Value>(points: readonly { readonly value: Value }[], index: number): Value {
  const point = points[index];
  if (point === undefined) throw new Error(`the collection has no point ${index}: its shape is another`);
  return point.value;
}

/** @param convert from the metric's unit to the family's, where they differ */
export function numberSeries(
  { labels, order }: Labelled,
  { startTime, index }: PointShape,
  convert?: (value: number) => number,
): Series<number> {
  const value =
    convert === undefined
      ? ({ numbers }: Points) => valueAt(numbers, index)
      : ({ numbers }: Points) => convert(valueAt(numbers, index));
  return { labels, order, startTime, value };
}

export function histogramSeries(
  { labels, order }: Labelled,
  { startTime, index, boundaries, hasSum }: HistogramPointShape,
): HistogramSeries {
  const value = ({ histograms }: Points) => valueAt(histograms, index);
  return { labels, order, startTime, value, boundaries, hasSum };
}

function inOrder(series: readonly Series<unknown>[]): boolean {
  let last = '';
  for (const { order } of series) {
    if (order < last) return false;
    last = order;
  }
  return true;
}

function compare(a: Series<unknown>, b: Series<unknown>): number {
  return a.order < b.order ? -1 : a.order > b.order ? 1 : 0;
}

/** Puts a family's series in their order, where they are not in it already: they nearly always are. */
export function sorted(family: Family): Family {
  if (!inOrder(family.series)) family.series.sort(compare);
  return family;
}
