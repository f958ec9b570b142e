import { attribute } from '../../../../receiver/nvme/attributes.ts';
import {
  available,
  capacity,
  inodeCount,
  inodeFree,
  inodeUsed,
  used,
} from '../../../../receiver/volume-usage/metrics.ts';
import type { NamingTable, UsageEntry } from './table.ts';

/**
 * The kubelet's names for how full volumes are, which most dashboards and rules use:
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/metrics/collectors/volume_stats.go
 */

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

/** As on the series of devices, so that "full" and "slow" join; the kubelet has the claim and its namespace. */
export const usageLabels: NamingTable['labels'] = [
  [attribute.deviceName, 'device'],
  [attribute.volumeId, 'volume_id'],
  [attribute.namespace, 'namespace'],
  [attribute.persistentVolumeClaim, 'persistentvolumeclaim'],
  [attribute.persistentVolume, 'persistentvolume'],
  [attribute.pod, 'pod'],
  [attribute.storageClass, 'storageclass'],
  [attribute.claimUid, 'persistentvolumeclaim_uid'],
];

export const usageResourceLabels: NamingTable['resourceLabels'] = [
  ['cluster_id', ['k8s.cluster.name']],
  ['node', ['k8s.node.name', 'host.name']],
];

export const kubeletNaming: NamingTable = {
  // Devices have no names here.
  prefix: { ebs: '', instance_store: '' },
  entries: [],
  usage: volumeUsageNames('kubelet_volume_stats_'),
  resourceLabels: usageResourceLabels,
  labels: usageLabels,
};
