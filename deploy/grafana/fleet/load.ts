import { runbook } from '../model/runbooks.ts';
import { table } from '../model/table.ts';
import { lines, rising } from '../model/thresholds.ts';
import { timeSeries } from '../model/time-series.ts';
import { mean } from '../promql/latency.ts';
import {
  chosenVolumes,
  ebs,
  noOperations,
  noVolumes,
  onScreen,
  perStep,
  readAndWrite,
  volumeLabels,
} from '../promql/volumes.ts';
import { volumeColumns } from './volume-columns.ts';

const by = `by (${volumeLabels}) `;

const total = (unit: 'ops' | 'bytes') =>
  readAndWrite(
    (direction) => `sum(rate(${ebs(`total_${direction}_${unit}_total`, chosenVolumes)}[${perStep}]))`,
  );

const bothOnScreen = (unit: 'ops' | 'bytes'): string =>
  `sum ${by}(rate(${ebs(`total_read_${unit}_total`, chosenVolumes)}[${onScreen}])) + sum ${by}(rate(${ebs(`total_write_${unit}_total`, chosenVolumes)}[${onScreen}]))`;

export const load = {
  title: 'Load',
  panels: [
    timeSeries({
      title: 'Operations',
      description:
        'Completed by all chosen volumes together. A plateau while volumes are throttled is demand that was cut off, not demand that was steady.',
      unit: 'iops',
      min: 0,
      isStacked: true,
      noData: noVolumes,
      queries: total('ops'),
      width: 8,
    }),
    timeSeries({
      title: 'Throughput',
      description:
        'Read and written by all chosen volumes together, in the MiB that EBS limits are given in.',
      unit: 'binBps',
      min: 0,
      isStacked: true,
      noData: noVolumes,
      queries: total('bytes'),
      width: 8,
    }),
    timeSeries({
      title: 'Mean latency',
      description:
        'Time an operation took, over all chosen volumes. A few ms are usual for gp3, below one for io2. It hides the few slow ones: percentiles are in the row "Latency".',
      unit: 's',
      min: 0,
      thresholds: lines([0.02, 'orange'], [0.1, 'red']),
      noData: noOperations,
      links: [runbook.latency],
      queries: readAndWrite((direction) => mean(direction, chosenVolumes, perStep)),
      width: 8,
    }),
    table({
      title: 'Busiest volumes',
      description:
        'Most operations in the time on the screen. Large throughput with few operations is streaming; many small operations are what IOPS limits are for.',
      unit: 'iops',
      decimals: 0,
      noData: noVolumes,
      queries: [
        { expr: `topk(20, ${bothOnScreen('ops')})` },
        { expr: `(${bothOnScreen('bytes')}) and topk(20, ${bothOnScreen('ops')})` },
      ],
      columns: [
        ...volumeColumns,
        { name: 'Value #A', title: 'Operations' },
        { name: 'Value #B', title: 'Throughput', unit: 'binBps' },
      ],
      largestFirst: 'Operations',
    }),
    table({
      title: 'Slowest volumes',
      description:
        'Highest mean latency of reads in the time on the screen. Slow and throttled: see who throttles it. Slow and not throttled: look at its queue and percentiles, and at the size of its operations.',
      unit: 's',
      thresholds: rising([0.02, 'orange'], [0.1, 'red']),
      noData: noOperations,
      links: [runbook.latency],
      queries: [
        { expr: `topk(20, ${mean('read', chosenVolumes, onScreen, by)})` },
        {
          expr: `(${mean('write', chosenVolumes, onScreen, by)}) and topk(20, ${mean('read', chosenVolumes, onScreen, by)})`,
        },
      ],
      columns: [
        ...volumeColumns,
        { name: 'Value #A', title: 'Mean read', isColored: true },
        { name: 'Value #B', title: 'Mean write', isColored: true },
      ],
      largestFirst: 'Mean read',
    }),
  ],
};
