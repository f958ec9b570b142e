import type { Attributes } from '@opentelemetry/api';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Processor } from '../../component.ts';
import { globSelector } from '../../config/glob.ts';
import { attribute } from '../../../receiver/nvme/attributes.ts';
import { mapMetrics, mapPoints, mapShared } from '../map-metrics.ts';
import { memoize } from '../memoize.ts';
import type { FilterProcessorConfig } from './config.ts';

const volumeNames = [attribute.volumeId, attribute.instanceStoreSerial, attribute.deviceName];

/** Drops metrics by name and data points by volume, and whatever is left empty by that. */
export function createFilterProcessor(config: FilterProcessorConfig): Processor {
  const selectsMetric = globSelector(config.metrics);
  const selectsVolume = globSelector(config.volumes);
  const keepsPoint = memoize((attributes: Attributes): boolean => {
    const names = volumeNames.map((name) => attributes[name]).filter((value) => typeof value === 'string');
    return names.length === 0 || selectsVolume(names);
  });
  return memoize((resourceMetrics: ResourceMetrics) =>
    mapMetrics(resourceMetrics, (metric) => {
      if (!selectsMetric([metric.descriptor.name])) return undefined;
      const kept = mapPoints(metric, (points) =>
        mapShared(points, (point) => (keepsPoint(point.attributes) ? point : undefined)),
      );
      return kept === metric || kept.dataPoints.length > 0 ? kept : undefined;
    }),
  );
}
