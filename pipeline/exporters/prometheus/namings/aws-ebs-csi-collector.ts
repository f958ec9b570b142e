import type { HrTime } from '@opentelemetry/api';
import { DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import { attribute } from '../../../../receiver/nvme/attributes.ts';
import { receiverOwnMetrics } from '../../../../receiver/nvme/self-telemetry.ts';
import type { OwnMetric } from '../../../../receiver/own-metric.ts';
import type { Family } from '../family.ts';
import { attributeLabels } from '../labels.ts';

const unknownTime: HrTime = [0, 0];

function sum(metric: MetricData | undefined, keep: (errorType: unknown) => boolean): number {
  if (metric?.dataPointType !== DataPointType.SUM) return 0;
  let total = 0;
  for (const { attributes, value } of metric.dataPoints) {
    if (keep(attributes[attribute.errorType])) total += value;
  }
  return total;
}

/**
 * What the CSI driver tells of itself, from what the collector tells of itself. All volumes are read in one go: both
 * kinds show the same.
 *
 * @param prefix `aws_ebs_csi_nvme_collector_`
 */
export function collectorFamilies(
  prefix: string,
  metrics: readonly MetricData[],
  resourceLabels: string,
): readonly Family[] {
  const { collections, reads: readings, collectionDuration } = receiverOwnMetrics;
  const find = ({ name }: OwnMetric) => metrics.find(({ descriptor }) => descriptor.name === name);
  const families: Family[] = [];
  const scrapes = find(collections);
  if (scrapes !== undefined) {
    const startTime = scrapes.dataPoints[0]?.startTime ?? unknownTime;
    const counter = (name: string, help: string, value: number): Family => ({
      type: 'counter',
      name: `${prefix}${name}`,
      unit: '',
      help,
      series: [{ labels: resourceLabels, order: '', value, startTime }],
    });
    const failed = sum(find(readings), (errorType) => errorType !== undefined);
    families.push(
      counter(
        'scrapes_total',
        scrapes.descriptor.description,
        sum(scrapes, () => true),
      ),
      counter('errors_total', 'Readings of volumes that failed.', failed),
    );
  }
  const duration = find(collectionDuration);
  if (duration?.dataPointType === DataPointType.HISTOGRAM) {
    families.push({
      type: 'histogram',
      name: `${prefix}duration_seconds`,
      unit: 'seconds',
      help: duration.descriptor.description,
      series: duration.dataPoints.map(({ attributes, value, startTime }) => ({
        labels: [resourceLabels, ...attributeLabels(attributes)].filter((part) => part !== '').join(','),
        order: '',
        value,
        startTime,
      })),
    });
  }
  return families;
}
