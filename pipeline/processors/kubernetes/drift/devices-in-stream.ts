import { DataPointType, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { attribute } from '../../../../receiver/nvme/attributes.ts';
import { scopeName } from '../../../../receiver/nvme/volume-metrics.ts';

/**
 * The EBS devices that a pipeline carries points of, by volume id: what the receiver `nvme` found on the node. undefined
 * where it carries none of its metrics, or simulated ones.
 */
export function devicesInStream({ scopeMetrics }: ResourceMetrics): ReadonlyMap<string, string> | undefined {
  const scopes = scopeMetrics.filter(({ scope }) => scope.name === scopeName);
  if (scopes.length === 0) return undefined;
  const devices = new Map<string, string>();
  for (const metric of scopes.flatMap(({ metrics }) => metrics)) {
    // Every volume has a gauge; histograms would be the same volumes again.
    if (metric.dataPointType !== DataPointType.GAUGE) continue;
    for (const { attributes } of metric.dataPoints) {
      if (attributes[attribute.simulated] !== undefined) return undefined;
      const volumeId = attributes[attribute.volumeId];
      const device = attributes[attribute.deviceName];
      if (typeof volumeId === 'string') devices.set(volumeId, typeof device === 'string' ? device : '');
    }
  }
  return devices;
}
