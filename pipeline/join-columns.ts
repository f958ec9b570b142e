import type { HrTime } from '@opentelemetry/api';
import {
  DataPointType,
  type DataPoint,
  type MetricData,
  type ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import { histogramAt, type Columns } from '../receiver/columns.ts';

function shiftedMetric(metric: MetricData, by: number, endTime: HrTime): MetricData {
  const points = <Value>(of: readonly DataPoint<Value>[], shift: (value: Value) => Value) =>
    of.map((point): DataPoint<Value> => ({ ...point, endTime, value: shift(point.value) }));
  const place = (at: number): number => at + by;
  switch (metric.dataPointType) {
    case DataPointType.HISTOGRAM: {
      const optional = (at: number | undefined) => (at === undefined ? undefined : place(at));
      return {
        ...metric,
        dataPoints: points(metric.dataPoints, ({ buckets: { boundaries }, count, sum, min, max }) =>
          histogramAt({
            boundaries,
            first: place(count),
            sum: optional(sum),
            min: optional(min),
            max: optional(max),
          }),
        ),
      };
    }
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return { ...metric, dataPoints: points(metric.dataPoints, (value) => value) };
    case DataPointType.GAUGE:
      return { ...metric, dataPoints: points(metric.dataPoints, place) };
    case DataPointType.SUM:
      return { ...metric, dataPoints: points(metric.dataPoints, place) };
  }
}

/** Places that begin elsewhere. */
function shifted(layout: readonly ScopeMetrics[], by: number): readonly ScopeMetrics[] {
  if (by === 0) return layout;
  const endTime: HrTime = [by, by + 1];
  return layout.map(({ scope, metrics }) => ({
    scope,
    metrics: metrics.map((metric) => shiftedMetric(metric, by, endTime)),
  }));
}

/**
 * Makes one of what several have, one after the other. The layout that it gives is the one of before where all of theirs
 * are.
 */
export function createColumnsJoin(): (parts: readonly Columns[]) => Columns {
  let before: readonly Columns['layout'][] = [];
  let layout: readonly ScopeMetrics[] = [];
  return (parts) => {
    const isSame = parts.length === before.length && parts.every((part, i) => part.layout === before[i]);
    const values = new Float64Array(parts.reduce((sum, part) => sum + part.values.length, 0));
    let at = 0;
    const joined: ScopeMetrics[] = [];
    for (const part of parts) {
      if (!isSame) joined.push(...shifted(part.layout, at));
      values.set(part.values, at);
      at += part.values.length;
    }
    if (!isSame) {
      before = parts.map((part) => part.layout);
      layout = joined;
    }
    return { layout, values };
  };
}
