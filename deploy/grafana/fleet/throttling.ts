import { rowToCollector, rowToNode } from '../model/links.ts';
import { runbook } from '../model/runbooks.ts';
import { table } from '../model/table.ts';
import { rising } from '../model/thresholds.ts';
import { timeSeries } from '../model/time-series.ts';
import { byLimit, exceededShare, limits, limitsOf, remedies, worthTelling } from '../promql/limits.ts';
import { chosenVolumes, noVolumes, onScreen, perStep, volumeLabels } from '../promql/volumes.ts';
import { volumeColumns } from './volume-columns.ts';

const shares = rising([0.01, 'yellow'], [0.1, 'orange'], [0.5, 'red']);

export const throttling = {
  title: 'Who is throttled, and by what',
  panels: [
    timeSeries({
      title: 'Volumes throttled, by limit',
      description: `Volumes whose demand exceeded the limit for at least 1 % of the time. A volume that exceeds two counts in both. ${remedies}`,
      unit: 'none',
      decimals: 0,
      min: 0,
      noData: noVolumes,
      links: [runbook.volumeIops, runbook.volumeThroughput, runbook.instanceLimit],
      queries: limits.map((limit) => ({
        expr: `count(${exceededShare(limit, chosenVolumes, perStep)} > ${worthTelling}) or vector(0)`,
        legend: limit.name,
        color: limit.color,
      })),
      width: 24,
    }),
    table({
      title: 'Most throttled volumes',
      description: `Which claims were throttled in the time on the screen, by which limit, and for what share of that time. ${remedies}`,
      unit: 'percentunit',
      decimals: 1,
      thresholds: shares,
      noData: noVolumes,
      queries: [
        {
          expr: `topk(25, ${byLimit(limits, (limit) => `sum by (${volumeLabels}) (${exceededShare(limit, chosenVolumes, onScreen)})`)})`,
        },
      ],
      columns: [
        ...volumeColumns,
        { name: 'limit', title: 'Limit' },
        { name: 'Value', title: 'Share of the time', isColored: true },
      ],
      largestFirst: 'Share of the time',
      width: 16,
      height: 10,
    }),
    table({
      title: 'Nodes at their EBS limit',
      description:
        'Share of the time on the screen that the volumes of the node together wanted more than the instance can carry. Here a bigger volume does not help: take an instance type with more EBS bandwidth, or spread the volumes.',
      unit: 'percentunit',
      decimals: 1,
      thresholds: shares,
      noData: noVolumes,
      links: [runbook.instanceLimit],
      queries: [
        {
          expr: `topk(25, ${byLimit(limitsOf('instance'), (limit) => `max by (cluster_id, node) (${exceededShare(limit, chosenVolumes, onScreen)})`)})`,
        },
      ],
      columns: [
        { name: 'cluster_id', title: 'Cluster' },
        { name: 'node', title: 'Node', links: [rowToNode, rowToCollector] },
        { name: 'limit', title: 'Limit' },
        { name: 'Value', title: 'Share of the time', isColored: true },
      ],
      largestFirst: 'Share of the time',
      width: 8,
      height: 10,
    }),
  ],
};
