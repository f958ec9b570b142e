import type { HrTime } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import { AggregationTemporality, type DataPoint, type MetricData } from '@opentelemetry/sdk-metrics';
import type { Arithmetic } from './gain.ts';
import { later } from './moment.ts';
import {
  addSeries,
  createMetricSeries,
  dropSeries,
  findSeries,
  type MetricSeries,
  type Series,
} from './series.ts';
import { step, takenOver, type Position, type Trust } from './step.ts';

export interface SavedSeries<Value> {
  readonly metric: string;
  readonly key: string;
  readonly position: Position<Value>;
}

/** A metric of its scope. */
export interface ScopedMetric<Metric> {
  readonly scope: InstrumentationScope;
  readonly metric: Metric;
}

/** Every series with one type of value. */
export interface SeriesStore<Value, Metric> {
  /** From here on metrics are those of one more collection. */
  beginCollection(): void;
  /** The metric with what its points add to what was taken over; undefined where they add nothing. */
  compute(given: ScopedMetric<Metric>, trust: Omit<Trust, 'startsAreExact'>): Metric | undefined;
  /** What was offered before, was not taken over, and is of series that this collection does not have. */
  leftOver(): ScopedMetric<Metric>[];
  /**
   * What was offered is taken over. Forgets the series that are missing longest where those are too many.
   * @returns the moment after which nothing of the forgotten ones was sent; undefined where none was forgotten
   */
  commit(): HrTime | undefined;
  /** As it will be once what is offered is taken over. */
  saved(): SavedSeries<Value>[];
}

/** A metric and its series. */
interface Known<Value, Metric> extends MetricSeries<Value> {
  /** As it was collected last; undefined where it is known from another process only. */
  latest: ScopedMetric<Metric> | undefined;
}

export function createSeriesStore<Value, Metric extends MetricData & { dataPoints: DataPoint<Value>[] }>(
  arithmetic: Arithmetic<Value>,
  maxMissing: number,
  restored: readonly SavedSeries<Value>[],
): SeriesStore<Value, Metric> {
  const metrics = new Map<string, Known<Value, Metric>>();
  let collection = 0;
  let seen = 0;
  /** Those with an offer: each once. */
  let offered: Series<Value>[] = [];

  const metricOf = (id: string): Known<Value, Metric> => {
    let known = metrics.get(id);
    if (known === undefined)
      metrics.set(id, (known = { ...createMetricSeries<Value>(id), latest: undefined }));
    return known;
  };
  for (const { metric, key, position } of restored) addSeries(metricOf(metric), key, position);

  const offer = (series: Series<Value>, point: DataPoint<Value>): void => {
    if (series.offer === undefined) offered.push(series);
    series.offer = point;
    series.offeredIn = collection;
  };

  const forget = (): HrTime | undefined => {
    let total = 0;
    for (const { byKey } of metrics.values()) total += byKey.size;
    if (total - seen <= maxMissing) return undefined;
    const missing = [...metrics.values()]
      .flatMap((metric) => Array.from(metric.byKey.values(), (series) => ({ metric, series })))
      .filter(({ series }) => series.seenIn !== collection)
      .sort((a, b) => a.series.seenIn - b.series.seenIn);
    let until: HrTime = [0, 0];
    // Some more than need be: not at every collection again.
    for (const { metric, series } of missing.slice(0, missing.length - Math.floor(maxMissing * 0.75))) {
      dropSeries(metric, series);
      if (series.position === undefined) continue;
      until = later(until, later(series.position.takenOverAt, series.position.startTime));
    }
    return until;
  };

  return {
    beginCollection() {
      collection += 1;
      seen = 0;
    },
    compute(given, trust) {
      const { scope, metric } = given;
      // The version of the scope is left out: counters go on when the collector is replaced by a newer one.
      const known = metricOf(`${scope.name} ${metric.descriptor.name}`);
      known.latest = given;
      const ofVolumes: Trust = { ...trust, startsAreExact: false };
      const ofOthers: Trust = { ...trust, startsAreExact: true };
      const added: DataPoint<Value>[] = [];
      for (const point of metric.dataPoints) {
        const series = findSeries(known, point.attributes);
        // Two receivers may read the same volume: it is not to count twice.
        if (series.seenIn === collection) continue;
        series.seenIn = collection;
        seen += 1;
        const result = step(arithmetic, series.position, point, series.isOfVolume ? ofVolumes : ofOthers);
        if (result.type === 'nothing') continue;
        // Seen is seen: what is not taken over stays owed.
        series.position = result.position;
        if (result.type === 'begin') continue;
        offer(series, result.point);
        added.push(result.point);
      }
      return withDeltas(metric, added);
    },
    leftOver() {
      const left = new Map<string, DataPoint<Value>[]>();
      for (const series of offered) {
        if (series.offer === undefined || series.offeredIn === collection) continue;
        offer(series, series.offer);
        left.set(series.metric, [...(left.get(series.metric) ?? []), series.offer]);
      }
      return [...left].flatMap(([id, points]) => {
        const latest = metrics.get(id)?.latest;
        const metric = latest && withDeltas(latest.metric, points);
        return latest === undefined || metric === undefined ? [] : [{ scope: latest.scope, metric }];
      });
    },
    commit() {
      for (const series of offered) {
        series.position = afterTakeover(series);
        series.offer = undefined;
      }
      offered = [];
      return forget();
    },
    saved: () =>
      [...metrics].flatMap(([metric, { byKey }]) =>
        [...byKey.values()].flatMap((series) => {
          const position = afterTakeover(series);
          return position === undefined ? [] : [{ metric, key: series.key, position }];
        }),
      ),
  };
}

function withDeltas<Value, Metric extends MetricData & { dataPoints: DataPoint<Value>[] }>(
  metric: Metric,
  dataPoints: DataPoint<Value>[],
): Metric | undefined {
  if (dataPoints.length === 0) return undefined;
  return { ...metric, aggregationTemporality: AggregationTemporality.DELTA, dataPoints };
}

function afterTakeover<Value>({ position, offer }: Series<Value>): Position<Value> | undefined {
  return position === undefined || offer === undefined ? position : takenOver(position, offer.endTime);
}
