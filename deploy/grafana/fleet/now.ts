import { none, rising } from '../model/thresholds.ts';
import { runbook } from '../model/runbooks.ts';
import { stat } from '../model/stat.ts';
import { exceededShare, type Limit, limitsOf } from '../promql/limits.ts';
import { usedPercent } from '../promql/usage.ts';
import { chosenVolumes, ebs, lately, noVolumes } from '../promql/volumes.ts';

/** Shares of the time below it are the odd burst. */
const muchOfTheTime = 0.1;

const throttledBy = (scope: Limit['scope']): string => {
  const isExceeded = (limit: Limit): string =>
    `${exceededShare(limit, chosenVolumes, lately)} > ${muchOfTheTime}`;
  return `count(${limitsOf(scope).map(isExceeded).join(' or ')}) or vector(0)`;
};

export const now = {
  title: 'Now',
  panels: [
    stat({
      title: 'EBS volumes',
      description:
        'Attached to the chosen nodes and known to a collector. A sudden drop: see "Collectors down".',
      unit: 'none',
      noData: noVolumes,
      queries: [{ expr: `count(${ebs('volume_up', chosenVolumes)})` }],
    }),
    stat({
      title: 'Nodes with volumes',
      description: 'Nodes that a chosen volume is attached to.',
      unit: 'none',
      noData: noVolumes,
      queries: [{ expr: `count(group by (cluster_id, node) (${ebs('volume_up', chosenVolumes)}))` }],
    }),
    stat({
      title: 'Throttled by their own limit',
      description:
        'Volumes whose demand exceeded their own IOPS or throughput for more than a tenth of the last five minutes. They want more than they are provisioned for: see the table below for which, and by how much.',
      unit: 'none',
      noData: noVolumes,
      thresholds: rising([1, 'orange']),
      isLoud: true,
      links: [runbook.volumeIops, runbook.volumeThroughput],
      queries: [{ expr: throttledBy('volume') }],
    }),
    stat({
      title: 'Throttled by their instance',
      description:
        "Volumes on instances whose EBS limit was exceeded for more than a tenth of the last five minutes. Bigger volumes would not help: the instance's own IOPS or bandwidth to EBS is used up.",
      unit: 'none',
      noData: noVolumes,
      thresholds: rising([1, 'orange']),
      isLoud: true,
      links: [runbook.instanceLimit],
      queries: [{ expr: throttledBy('instance') }],
    }),
    stat({
      title: 'Unreadable volumes',
      description:
        'Volumes that are attached and whose statistics could not be read. Everything else on this page leaves them out, so what they do is not known.',
      unit: 'none',
      noData: noVolumes,
      thresholds: none,
      isLoud: true,
      links: [runbook.unreadable, runbook.seriesMissing],
      queries: [{ expr: `count(${ebs('volume_up', chosenVolumes)} == 0) or vector(0)` }],
    }),
    stat({
      title: 'More than 85 % full',
      description:
        'File systems on chosen volumes. Which, and how soon they are full, is in the row "Space".',
      unit: 'none',
      noData: noVolumes,
      thresholds: rising([1, 'orange']),
      isLoud: true,
      links: [runbook.fillingUp, runbook.almostFull],
      queries: [{ expr: `count(${usedPercent(chosenVolumes)} > 85) or vector(0)` }],
    }),
  ],
};
