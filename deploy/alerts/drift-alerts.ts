import { byNode, collector, whichNode, whichVolume } from './labels.ts';
import type { RuleGroup } from './rule.ts';

/** On top of the two minutes that the collector waits itself (`drift.after`): attaching after a failure takes a few. */
const lasting = '10m';

export const driftAlerts: RuleGroup = {
  name: 'ebs-drift',
  rules: [
    {
      alert: 'EBSVolumeDrift',
      title: 'Kubernetes and the node disagree about what is attached',
      expr: `
max by (${collector}, ebs_collector_drift_kind) (
  ${byNode('ebs_collector_drift')}
) > 0`,
      for: lasting,
      severity: 'warning',
      summary: `Drift, {{ $value }} times {{ $labels.ebs_collector_drift_kind }}: ${whichNode}`,
      description: `missing_device: Kubernetes says that a volume is attached and no device shows it. unexplained_device: a device is there that no attachment explains. Which volumes: see the log of the collector.`,
    },
    {
      // Only where the same page has volumes at all: a collector may be set up for usage alone. Of the EBS volumes of a Xen
      // instance (xvdba) nobody has statistics, and nothing can be done about it.
      alert: 'EBSVolumeSeriesMissing',
      title: 'A mounted volume has no device metrics',
      expr: `
max by (cluster_id, node, volume_id, namespace, persistentvolumeclaim, persistentvolume, pod) (
  pv_disk_usage_bytes_total{volume_id!="",device!~"xvd.+"} and on (job, instance) ebs_collector_volumes
)
unless on (cluster_id, node, volume_id) ebs_volume_up`,
      for: lasting,
      severity: 'warning',
      summary: `Mounted volume without device metrics: ${whichVolume}`,
      description:
        'How full it is, is known; how fast and how throttled is not. Its device is excluded in the configuration, or not visible in the container.',
    },
  ],
};
