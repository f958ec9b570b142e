import { whichVolume } from './labels.ts';
import type { RuleGroup } from './rule.ts';

const daySeconds = 86_400;
/** A volume that is less than half full has more time than a straight line through six hours can tell. */
const worthPredicting = 0.5;
const almostFull = 0.97;
/** As in kube-prometheus' KubePersistentVolumeInodesFillingUp. */
const almostNoInodes = 0.97;

export const spaceAlerts: RuleGroup = {
  name: 'ebs-space',
  rules: [
    {
      // A volume without an hour of history is just being filled for the first time.
      alert: 'EBSVolumeFillingUp',
      title: 'The file system is full within 24 hours if it goes on like this',
      expr: `
predict_linear(volume:pv_disk_usage_bytes_available:min[6h], ${daySeconds}) < 0
and
volume:pv_disk_usage_used:ratio > ${worthPredicting}
and
volume:pv_disk_usage_bytes_available:min offset 1h`,
      for: '30m',
      severity: 'warning',
      summary: `Volume full within 24 hours: ${whichVolume}`,
      description:
        'If it goes on as in the last six hours, nothing is left a day from now. EBS volumes grow while they are in use.',
    },
    {
      alert: 'EBSVolumeAlmostFull',
      title: 'The file system is more than 97 % full',
      expr: `volume:pv_disk_usage_used:ratio > ${almostFull}`,
      for: '5m',
      severity: 'critical',
      summary: `Volume {{ $value | humanizePercentage }} full: ${whichVolume}`,
      description:
        'At 100 % writes fail with "no space left on device". EBS volumes grow while they are in use.',
    },
    {
      alert: 'EBSVolumeOutOfInodes',
      title: 'More than 97 % of the inodes are used',
      expr: `volume:kubelet_volume_stats_inodes_used:ratio > ${almostNoInodes}`,
      for: '5m',
      severity: 'critical',
      summary: `Volume out of inodes, {{ $value | humanizePercentage }} used: ${whichVolume}`,
      description:
        'Without an inode no file can be made, however much space is left. Remove files; a larger ext4 file system has more inodes.',
    },
  ],
};
