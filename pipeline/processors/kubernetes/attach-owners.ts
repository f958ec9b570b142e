import type { Attributes } from '@opentelemetry/api';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { attribute } from '../../../receiver/nvme/attributes.ts';
import { mapMetrics, mapPoints, mapShared } from '../map-metrics.ts';
import type { OwnerTable } from './owners.ts';

/**
 * Adds to each point of a volume who owns it. The same attributes and the same owner give the same object, so that what
 * exporters keep by identity holds.
 */
export function createOwnerAttacher(): (metrics: ResourceMetrics, owners: OwnerTable) => ResourceMetrics {
  const joined = new WeakMap<Attributes, { readonly owner: Attributes; readonly attributes: Attributes }>();

  const ownerOf = (attributes: Attributes, owners: OwnerTable): Attributes | undefined => {
    // Usage says which PersistentVolume it is of: there may be two on one volume.
    const key = attributes[attribute.persistentVolume] ?? attributes[attribute.volumeId];
    return typeof key === 'string' ? owners.get(key) : undefined;
  };

  const withOwner = (attributes: Attributes, owners: OwnerTable): Attributes => {
    const owner = ownerOf(attributes, owners);
    if (owner === undefined) return attributes;
    const before = joined.get(attributes);
    if (before?.owner === owner) return before.attributes;
    const together = { ...attributes, ...owner };
    joined.set(attributes, { owner, attributes: together });
    return together;
  };

  const attach = (resourceMetrics: ResourceMetrics, owners: OwnerTable): ResourceMetrics =>
    mapMetrics(resourceMetrics, (metric) =>
      mapPoints(metric, (points) =>
        mapShared(points, (point) => {
          const attributes = withOwner(point.attributes, owners);
          return attributes === point.attributes ? point : { ...point, attributes };
        }),
      ),
    );

  /** Several pipelines may go through here in turn. */
  const attached = new WeakMap<
    ResourceMetrics,
    { readonly owners: OwnerTable; readonly to: ResourceMetrics }
  >();
  return (resourceMetrics, owners) => {
    if (owners.size === 0) return resourceMetrics;
    const before = attached.get(resourceMetrics);
    if (before?.owners === owners) return before.to;
    const to = attach(resourceMetrics, owners);
    attached.set(resourceMetrics, { owners, to });
    return to;
  };
}
