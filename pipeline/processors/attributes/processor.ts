import type { Attributes } from '@opentelemetry/api';
import type { DataPoint, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ComponentContext, Processor } from '../../component.ts';
import { applyActions } from '../attribute-actions.ts';
import { mapMetrics, mapPoints, mapShared } from '../map-metrics.ts';
import { memoize } from '../memoize.ts';
import type { AttributesProcessorConfig } from './config.ts';

/**
 * Changes the attributes of data points. One attributes object in gives one out, so that caches by identity hold.
 *
 * Where the result would make points of a metric identical (two volumes without their ids), nobody could tell which is
 * which and backends would keep one of them at random. Such a metric keeps its attributes, from then on for good: its
 * series would otherwise change their names with every volume that comes or goes.
 */
export function createAttributesProcessor(
  { actions }: AttributesProcessorConfig,
  { id, logger }: Pick<ComponentContext, 'id' | 'logger'>,
): Processor {
  const transform = memoize((attributes: Attributes) => applyActions(attributes, actions));
  const identity = memoize(attributesIdentity);
  const refused = new Set<string>();

  const distinct = (points: readonly DataPoint<unknown>[]): number =>
    new Set(points.map(({ attributes }) => identity(attributes))).size;

  const refuse = (metric: string): void => {
    refused.add(metric);
    logger.warn(
      `${id} would make points of ${metric} identical: the metric keeps its attributes; leave it one that tells its points apart`,
      { metric },
    );
  };

  return memoize((resourceMetrics: ResourceMetrics) =>
    mapMetrics(resourceMetrics, (metric) => {
      const { name } = metric.descriptor;
      if (refused.has(name)) return metric;
      return mapPoints(metric, (points) => {
        const changed = mapShared(points, (point) => {
          const attributes = transform(point.attributes);
          return attributes === point.attributes ? point : { ...point, attributes };
        });
        if (changed === points || distinct(changed) === points.length) return changed;
        if (distinct(changed) >= distinct(points)) return changed;
        refuse(name);
        return points;
      });
    }),
  );
}

function attributesIdentity(attributes: Attributes): string {
  return JSON.stringify(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
}
