import { rowToCollector, rowToNode } from '../model/links.ts';
import { runbook } from '../model/runbooks.ts';
import { stat } from '../model/stat.ts';
import { table } from '../model/table.ts';
import { rising, words } from '../model/thresholds.ts';
import { percentile } from '../promql/latency.ts';
import { answers, mainLimit, remedies } from '../promql/limits.ts';
import { noUsage, usedPercent } from '../promql/usage.ts';
import { directions, either, lately } from '../promql/volumes.ts';
import { noOperations, noVolume, thisVolume } from './scope.ts';

export const now = {
  title: 'What this volume is, and how it is now',
  panels: [
    stat({
      title: 'Who throttles it',
      description: `The limit that demand exceeded for the longest part of the last five minutes; "Nobody" below 1 % of them. ${remedies}`,
      unit: 'none',
      noData: noVolume,
      mappings: words(answers),
      isLoud: true,
      width: 6,
      links: [runbook.volumeIops, runbook.volumeThroughput, runbook.instanceLimit],
      queries: [{ expr: mainLimit(thisVolume, lately), legend: '{{node}}' }],
    }),
    stat({
      title: 'Statistics',
      description:
        'Whether the last reading of the drive succeeded. While it does not, nothing else here is known; the label error_type below says why.',
      unit: 'none',
      noData: noVolume,
      mappings: words({ '0': ['unreadable', 'red'], '1': ['readable', 'green'] }),
      width: 3,
      links: [runbook.unreadable],
      queries: [{ expr: `min by (node) (${either('volume_up', thisVolume)})`, legend: '{{node}}' }],
    }),
    stat({
      title: 'Queue',
      description:
        'Operations submitted and not completed at the moment of the reading. Long and moving: more demand than the volume serves. Long while nothing is completed: the volume hangs.',
      unit: 'none',
      noData: noVolume,
      thresholds: rising([16, 'yellow'], [64, 'orange']),
      width: 3,
      links: [runbook.hung],
      queries: [{ expr: `max by (node) (${either('volume_queue_length', thisVolume)})`, legend: '{{node}}' }],
    }),
    ...directions.map(({ name }) =>
      stat({
        title: `p99 of ${name}s`,
        description: `One ${name} in a hundred of the last five minutes took longer. Above the application's patience is what its users notice.`,
        unit: 's',
        noData: noOperations,
        thresholds: rising([0.02, 'yellow'], [0.1, 'red']),
        width: 3,
        links: [runbook.latency],
        queries: [{ expr: percentile(0.99, name, thisVolume, lately) }],
      }),
    ),
    stat({
      title: 'Used',
      description:
        'Share of what pods can write that is in use. At 100 % writes fail with "no space left on device".',
      unit: 'percent',
      decimals: 1,
      noData: noUsage,
      thresholds: rising([85, 'orange'], [97, 'red']),
      width: 6,
      links: [runbook.fillingUp, runbook.almostFull],
      queries: [{ expr: `max by (node) (${usedPercent(thisVolume)})`, legend: '{{node}}' }],
    }),
    table({
      title: 'Owner',
      description:
        'Who has the volume, where. Namespace, claim, PersistentVolume and pod are known where the processor kubernetes is configured and Kubernetes manages the volume; a row a node it is attached to.',
      unit: 'none',
      noData: noVolume,
      queries: [{ expr: either('volume_up', thisVolume) }],
      columns: [
        { name: 'namespace', title: 'Namespace' },
        { name: 'persistentvolumeclaim', title: 'Claim' },
        { name: 'persistentvolume', title: 'PersistentVolume' },
        { name: 'pod', title: 'Pod' },
        { name: 'volume_id', title: 'Volume' },
        { name: 'device', title: 'Device' },
        { name: 'node', title: 'Node', links: [rowToNode, rowToCollector] },
        { name: 'cluster_id', title: 'Cluster' },
      ],
      hidden: ['__name__', 'Value', 'job', 'instance'],
      width: 24,
      height: 4,
    }),
  ],
};
