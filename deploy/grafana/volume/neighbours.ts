import { seriesToVolume } from '../model/links.ts';
import { runbook } from '../model/runbooks.ts';
import { timeSeries } from '../model/time-series.ts';
import { ebs, perStep, rate } from '../promql/volumes.ts';
import { itsNeighbours } from './scope.ts';

const by = 'by (volume_id, namespace, persistentvolumeclaim, device)';
const both = (unit: 'ops' | 'bytes'): string =>
  ['read', 'write']
    .map(
      (direction) => `sum ${by} (${rate(perStep)(ebs(`total_${direction}_${unit}_total`, itsNeighbours))})`,
    )
    .join(' + ');

const panel = (title: string, unit: string, expr: string) =>
  timeSeries({
    title,
    description:
      "All EBS volumes of the same instance, this one among them. Where the instance's limit is exceeded, the largest here is what uses it up: it suffers itself, and so do the others.",
    unit,
    min: 0,
    isStacked: true,
    noData: 'No EBS volumes on its instance in this time',
    links: [runbook.instanceLimit],
    dataLinks: [seriesToVolume],
    queries: [{ expr, legend: '{{namespace}}/{{persistentvolumeclaim}} {{volume_id}} {{device}}' }],
  });

export const neighbours = {
  title: 'Who else uses the instance',
  panels: [
    panel('Throughput of the instance, by volume', 'binBps', both('bytes')),
    panel('IOPS of the instance, by volume', 'iops', both('ops')),
  ],
};
