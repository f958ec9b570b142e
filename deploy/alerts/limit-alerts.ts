import { whichVolume } from './labels.ts';
import type { AlertRule, RuleGroup } from './rule.ts';

/**
 * A tenth of the time, held for a quarter of an hour. Less is what limits are for: a backup or a compaction may run into
 * them for a minute. With a tenth of the time beyond a limit, the applications wait noticeably, and it does not pass by
 * itself.
 */
const tooOften = 0.1;
const lasting = '15m';

const ofTheTime = '{{ $value | humanizePercentage }} of the time';

const ofVolume = (alert: string, limit: 'IOPS' | 'throughput'): AlertRule => ({
  alert,
  title: `The volume is at its ${limit} limit`,
  expr: `volume:ebs_volume_${limit.toLowerCase()}_exceeded:ratio_rate10m > ${tooOften}`,
  for: lasting,
  severity: 'warning',
  summary: `Volume at its ${limit} limit: ${whichVolume}`,
  description: `Demand exceeded the provisioned ${limit} of the volume for ${ofTheTime}. Provision more ${limit}, unless EBSInstanceLimit fires for it too: then the instance comes first.`,
});

export const limitAlerts: RuleGroup = {
  name: 'ebs-limits',
  rules: [
    ofVolume('EBSVolumeIOPSLimit', 'IOPS'),
    ofVolume('EBSVolumeThroughputLimit', 'throughput'),
    {
      // The drive counts this on each volume: the alert goes to the claims that wait, and is grouped by node.
      alert: 'EBSInstanceLimit',
      title: 'The instance is at its EBS limit: a bigger volume does not help',
      expr: `
label_replace(volume:ebs_instance_iops_exceeded:ratio_rate10m > ${tooOften}, "limit", "IOPS", "", "")
or
label_replace(volume:ebs_instance_throughput_exceeded:ratio_rate10m > ${tooOften}, "limit", "throughput", "", "")`,
      for: lasting,
      severity: 'warning',
      summary: `Instance at its EBS {{ $labels.limit }} limit: ${whichVolume}`,
      description: `Demand exceeded the EBS {{ $labels.limit }} of the instance for ${ofTheTime}. A bigger volume does not help: move volumes to other nodes, or take an instance type with more EBS bandwidth.`,
    },
  ],
};
