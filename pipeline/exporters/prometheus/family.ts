import type { HrTime } from '@opentelemetry/api';
import type { Histogram } from '@opentelemetry/sdk-metrics';

/** One line of a family, or one histogram. */
export interface Series<Value> {
  /** Rendered and escaped, without braces: `device="nvme1n1",volume_id="vol-…"`. Empty where there are none. */
  readonly labels: string;
  /** Compared as a string: the place among the family's series. Series of the same place stay as they came. */
  readonly order: string;
  readonly value: Value;
  /** When the series began; [0, 0] where unknown. */
  readonly startTime: HrTime;
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
  readonly series: Series<Histogram>[];
}

/** A metric family in Prometheus' terms; the same for every exposition format. */
export type Family = NumberFamily | HistogramFamily;

export function openFamily(type: Family['type'], name: string, unit: string, help: string): Family {
  return type === 'histogram'
    ? { type, name, unit, help, series: [] }
    : { type, name, unit, help, series: [] };
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
