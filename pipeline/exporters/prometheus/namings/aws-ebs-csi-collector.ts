import type { HrTime } from '@opentelemetry/api';
import { attribute } from '../../../../receiver/nvme/attributes.ts';
import { receiverOwnMetrics } from '../../../../receiver/nvme/self-telemetry.ts';
import type { OwnMetric } from '../../../../receiver/own-metric.ts';
import { type Family, histogramSeries } from '../family.ts';
import { attributeLabels } from '../labels.ts';
import type { MetricShape } from '../shape.ts';

const unknownTime: HrTime = [0, 0];

/** Adds up the points of a counter whose error type is kept. */
function sum(
  metric: MetricShape | undefined,
  keep: (errorType: unknown) => boolean,
): (values: Float64Array) => number {
  if (metric?.type !== 'counter') return () => 0;
  const kept = metric.points.filter(({ attributes }) => keep(attributes[attribute.errorType]));
  return (values) => kept.reduce((total, { place }) => total + (values[place] ?? 0), 0);
}

/**
 * What the CSI driver tells of itself, from what the collector tells of itself. All volumes are read in one go: both
 * kinds show the same.
 *
 * @param prefix `aws_ebs_csi_nvme_collector_`
 */
export function collectorFamilies(
  prefix: string,
  metrics: readonly MetricShape[],
  resourceLabels: string,
): readonly Family[] {
  const { collections, reads: readings, collectionDuration } = receiverOwnMetrics;
  const find = ({ name }: OwnMetric) => metrics.find(({ descriptor }) => descriptor.name === name);
  const families: Family[] = [];
  const scrapes = find(collections);
  if (scrapes !== undefined) {
    const startTime = scrapes.points[0]?.startTime ?? unknownTime;
    const counter = (name: string, help: string, value: (values: Float64Array) => number): Family => ({
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
  if (duration?.type === 'histogram') {
    families.push({
      type: 'histogram',
      name: `${prefix}duration_seconds`,
      unit: 'seconds',
      help: duration.descriptor.description,
      series: duration.points.map((point) => {
        const parts = [resourceLabels, ...attributeLabels(point.attributes)];
        return histogramSeries({ labels: parts.filter((part) => part !== '').join(','), order: '' }, point);
      }),
    });
  }
  return families;
}
