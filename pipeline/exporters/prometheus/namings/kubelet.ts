import type { NamingTable } from './table.ts';
import { nodeLabels, usageLabels, volumeUsageNames } from './volume-usage.ts';

/**
 * The kubelet's names for how full volumes are, which most dashboards and rules use:
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/metrics/collectors/volume_stats.go
 */
export const kubeletNaming: NamingTable = {
  // Devices have no names here.
  prefix: { ebs: '', instance_store: '' },
  entries: [],
  usage: volumeUsageNames('kubelet_volume_stats_'),
  resourceLabels: nodeLabels,
  labels: usageLabels,
};
