import { ValueType, type Attributes } from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  type DataPoint,
  type GaugeMetricData,
  type MetricDescriptor,
  type ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import { hrTimeOf } from '../hr-time.ts';
import { attribute } from '../nvme/attributes.ts';
import type { FileSystemUsage } from './file-systems.ts';
import { usageMetrics, type UsageMetric } from './metrics.ts';
import type { MountedVolume } from './mounted-volumes.ts';

/** The instrumentation scope of the usage metrics. */
export const usageScopeName = 'ebs-nvme-collector/receiver/volume-usage';

export interface VolumeUsage {
  readonly mounted: MountedVolume;
  readonly usage: FileSystemUsage;
}

/**
 * What every point of a volume carries. The rest of what is known of it is its owner's, and the same for its device: the
 * processor `kubernetes` adds it to both.
 */
function attributesOf({ volume, device }: MountedVolume): Attributes {
  return {
    ...(volume.volumeId === undefined ? {} : { [attribute.volumeId]: volume.volumeId }),
    ...(device === undefined ? {} : { [attribute.deviceName]: device }),
    [attribute.persistentVolume]: volume.persistentVolume,
  };
}

/** What stays the same of a volume that stays where it is. */
interface Known {
  readonly attributes: Attributes;
  readonly startTimeMs: number;
}

/**
 * Makes gauges of usages. They are built as values: a gauge of the SDK goes on saying what it once observed
 * (opentelemetry-js issue 4096), and of a volume that is unmounted nothing is to be said.
 *
 * The same volume at the same place gets the same attributes object again: exporters keep by identity what they made of it.
 */
export function createUsageMetrics(
  version: string,
): (usages: readonly VolumeUsage[], readAtMs: number) => ScopeMetrics {
  const scope = { name: usageScopeName, version };
  const instruments = usageMetrics.map((metric) => ({ metric, descriptor: descriptorOf(metric) }));
  let known = new Map<string, Known>();

  return (usages, readAtMs) => {
    const endTime = hrTimeOf(readAtMs);
    const kept = new Map<string, Known>();
    const volumes = usages.map(({ mounted, usage }) => {
      const { volume, mount, device } = mounted;
      const { persistentVolume, handle, publishedAtMs } = volume;
      const key = JSON.stringify([persistentVolume, handle, mount.id, device, publishedAtMs]);
      const before = known.get(key);
      // A clock that was set back must not put the start after the reading, nor move it with each.
      const holds = before !== undefined && before.startTimeMs <= readAtMs;
      const startTimeMs = holds ? before.startTimeMs : Math.min(publishedAtMs, readAtMs);
      const series = { attributes: before?.attributes ?? attributesOf(mounted), startTimeMs };
      kept.set(key, series);
      return { attributes: series.attributes, usage, startTime: hrTimeOf(startTimeMs) };
    });
    known = kept;

    const metrics = instruments.flatMap(({ metric, descriptor }): GaugeMetricData[] => {
      const dataPoints = volumes.flatMap(({ attributes, usage, startTime }): DataPoint<number>[] => {
        const value = metric.value(usage);
        return value === undefined ? [] : [{ attributes, value, startTime, endTime }];
      });
      if (dataPoints.length === 0) return [];
      const aggregationTemporality = AggregationTemporality.CUMULATIVE;
      return [{ descriptor, aggregationTemporality, dataPointType: DataPointType.GAUGE, dataPoints }];
    });
    return { scope, metrics };
  };
}

function descriptorOf({ name, unit, description }: UsageMetric): MetricDescriptor {
  return { name, unit, description, valueType: ValueType.DOUBLE };
}
