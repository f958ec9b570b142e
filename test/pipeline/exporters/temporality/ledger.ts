import {
  DataPointType,
  type DataPoint,
  type Histogram,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { attribute } from '../../../../receiver/nvme/attributes.ts';
import { collectorScope } from '../../../fixtures/metrics.ts';
import type { Attached, Totals } from './world.ts';
import { names } from './world.ts';

/** Both sides of the books, kept apart: what readings showed, and what a backend was given. */

/** By volume; in the order operations, micros, count, then the buckets. */
export type Books = ReadonlyMap<string, readonly number[]>;

export function figures({ operations, micros, counts }: Totals): number[] {
  return [operations, micros, counts.reduce((sum, each) => sum + each, 0), micros, ...counts];
}

export const ownName = 'own';

interface LastRead {
  readonly startSecond: number;
  readonly figures: readonly number[];
}

/** What a series of readings showed to have happened, from the readings alone. */
export interface Shown {
  readonly books: Map<string, readonly number[]>;
  readonly lastRead: Map<string, LastRead>;
}

export const emptyShown = (): Shown => ({ books: new Map(), lastRead: new Map() });
export const copyShown = ({ books, lastRead }: Shown): Shown => ({
  books: new Map(books),
  lastRead: new Map(lastRead),
});

const combine = (a: readonly number[] = [], b: readonly number[], sign = 1): number[] =>
  Array.from(
    { length: Math.max(a.length, b.length) },
    (_, index) => (a[index] ?? 0) + sign * (b[index] ?? 0),
  );

/** @param sinceSecond of what started later, everything is to be delivered */
export function show(
  { books, lastRead }: Shown,
  name: string,
  { startSecond, totals }: Pick<Attached, 'startSecond' | 'totals'>,
  sinceSecond: number,
): void {
  const now = figures(totals);
  const last = lastRead.get(name);
  lastRead.set(name, { startSecond, figures: now });
  if (last?.startSecond === startSecond) {
    books.set(name, combine(books.get(name), combine(now, last.figures, -1)));
  } else if (last !== undefined || startSecond > sinceSecond) {
    books.set(name, combine(books.get(name), now));
  }
}

export function deliver(books: Map<string, readonly number[]>, { scopeMetrics }: ResourceMetrics): void {
  const add = (point: DataPoint<unknown>, of: string, values: readonly number[]): void => {
    const volume = of === collectorScope ? ownName : String(point.attributes[attribute.volumeId]);
    books.set(volume, combine(books.get(volume), values));
  };
  for (const { scope, metrics } of scopeMetrics) {
    for (const metric of metrics) {
      const { name } = metric.descriptor;
      if (metric.dataPointType === DataPointType.SUM) {
        for (const each of metric.dataPoints) {
          add(each, scope.name, name === names.time ? [0, each.value * 1e6] : [each.value]);
        }
      }
      if (metric.dataPointType === DataPointType.HISTOGRAM) {
        for (const each of metric.dataPoints) add(each, scope.name, histogramFigures(each.value));
      }
    }
  }
}

function histogramFigures({ count, sum = 0, buckets }: Histogram): number[] {
  // What came between two bounds is in one bucket of its own, of which nothing can be said.
  const counts = buckets.boundaries.length === 0 ? [] : buckets.counts;
  return [0, 0, count, sum * 1e6, ...counts];
}

/** Which volumes' books do not agree, and whether more was delivered than was shown. */
export function differences(shown: Books, delivered: Books, rebinned: ReadonlySet<string>): string[] {
  return [...new Set([...shown.keys(), ...delivered.keys()])].flatMap((name) => {
    const compared = rebinned.has(name) ? 4 : Infinity;
    const rest = combine(shown.get(name), delivered.get(name) ?? [], -1).slice(0, compared);
    // Seconds are micros / 1e6: a thousandth of a microsecond is far more than their rounding.
    const off = rest.filter((each, index) => Math.abs(each) > (index === 1 || index === 3 ? 1e-3 : 0));
    if (off.length === 0) return [];
    return [`${name} has ${off.some((each) => each < 0) ? 'too much' : 'too little'}`];
  });
}
