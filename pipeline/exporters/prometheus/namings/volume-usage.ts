import { attribute } from '../../../../receiver/nvme/attributes.ts';
import {
  available,
  capacity,
  inodeCount,
  inodeFree,
  inodeUsed,
  used,
  utilization,
} from '../../../../receiver/volume-usage/metrics.ts';
import { percent } from './percent.ts';
import type { NamingTable, UsageEntry } from './table.ts';

/** What the namings that tell how full volumes are have in common. */

/** Names as the kubelet's, after another prefix. */
export function volumeUsageNames(prefix: string): readonly UsageEntry[] {
  return [
    { metric: capacity, name: `${prefix}capacity_bytes`, unit: 'bytes' },
    { metric: available, name: `${prefix}available_bytes`, unit: 'bytes' },
    { metric: used, name: `${prefix}used_bytes`, unit: 'bytes' },
    { metric: inodeCount, name: `${prefix}inodes` },
    { metric: inodeFree, name: `${prefix}inodes_free` },
    { metric: inodeUsed, name: `${prefix}inodes_used` },
  ];
}

export const usedPercent = {
  metric: utilization,
  help: 'Share of what pods can write that is in use, 0 to 100, as df counts it.',
  convert: percent,
} as const satisfies Omit<UsageEntry, 'name'>;

/** Whose a volume is. The same on the series of devices and of usage, so that "full" and "slow" join. */
export const ownerLabels: NamingTable['labels'] = [
  [attribute.namespace, 'namespace'],
  [attribute.persistentVolumeClaim, 'persistentvolumeclaim'],
  [attribute.persistentVolume, 'persistentvolume'],
  [attribute.pod, 'pod'],
  [attribute.storageClass, 'storageclass'],
  [attribute.claimUid, 'persistentvolumeclaim_uid'],
];

/** The kubelet has the claim and its namespace alone. */
export const usageLabels: NamingTable['labels'] = [
  [attribute.deviceName, 'device'],
  [attribute.volumeId, 'volume_id'],
  ...ownerLabels,
];

/** Of the whole page: which node of which cluster. */
export const nodeLabels: NamingTable['resourceLabels'] = [
  ['cluster_id', ['k8s.cluster.name']],
  ['node', ['k8s.node.name', 'host.name']],
];
