import { rowToClaim, rowToNamespace, rowToNode, rowToVolume } from '../model/links.ts';
import type { Column } from '../model/table.ts';

/** Whose volume it is, first in every table of volumes. A column without values is left out by Grafana. */
export const volumeColumns: readonly Column[] = [
  { name: 'namespace', title: 'Namespace', links: [rowToNamespace] },
  { name: 'persistentvolumeclaim', title: 'Claim', links: [rowToVolume, rowToClaim] },
  { name: 'volume_id', title: 'Volume', links: [rowToVolume] },
  { name: 'node', title: 'Node', links: [rowToNode] },
  { name: 'cluster_id', title: 'Cluster' },
];
