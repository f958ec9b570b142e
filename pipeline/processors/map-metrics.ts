import {
  DataPointType,
  type DataPoint,
  type MetricData,
  type ResourceMetrics,
  type ScopeMetrics,
} from '@opentelemetry/sdk-metrics';

/** Walks through what a pipeline carries and rebuilds only what changes; the rest is shared with the original. */

/** Replaces or (undefined) drops metrics. A scope left without metrics goes too. */
export function mapMetrics(
  resourceMetrics: ResourceMetrics,
  change: (metric: MetricData) => MetricData | undefined,
): ResourceMetrics {
  const scopeMetrics = mapShared(resourceMetrics.scopeMetrics, (scope) => mapScope(scope, change));
  return scopeMetrics === resourceMetrics.scopeMetrics
    ? resourceMetrics
    : { ...resourceMetrics, scopeMetrics };
}

function mapScope(
  scope: ScopeMetrics,
  change: (metric: MetricData) => MetricData | undefined,
): ScopeMetrics | undefined {
  const metrics = mapShared(scope.metrics, change);
  if (metrics === scope.metrics) return scope;
  return metrics.length === 0 ? undefined : { ...scope, metrics };
}

/** The array itself where nothing changed; items that became undefined are left out. */
export function mapShared<T>(items: T[], change: (item: T) => T | undefined): T[] {
  const changed = items.map(change);
  if (changed.every((item, index) => item === items[index])) return items;
  return changed.filter((item) => item !== undefined);
}

type ChangePoints = <T>(points: DataPoint<T>[]) => DataPoint<T>[];

/** The metric with other points; itself where `change` gives its points back. */
export function mapPoints(metric: MetricData, change: ChangePoints): MetricData {
  switch (metric.dataPointType) {
    case DataPointType.HISTOGRAM:
      return withPoints(metric, change(metric.dataPoints));
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return withPoints(metric, change(metric.dataPoints));
    case DataPointType.GAUGE:
      return withPoints(metric, change(metric.dataPoints));
    case DataPointType.SUM:
      return withPoints(metric, change(metric.dataPoints));
  }
}

function withPoints<M extends MetricData>(metric: M, dataPoints: M['dataPoints']): M {
  return dataPoints === metric.dataPoints ? metric : { ...metric, dataPoints };
}
