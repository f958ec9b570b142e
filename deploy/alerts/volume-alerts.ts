import { volume, whichVolume } from './labels.ts';
import type { RuleGroup } from './rule.ts';

/**
 * EBS promises single-digit milliseconds for SSD volumes, and HDD volumes take a few tens: a hundredth of the operations
 * beyond 100 ms is wrong on any type.
 */
const slowSeconds = 0.1;
/** Of fewer than 600 operations in the ten minutes, a hundredth is no share to speak of. */
const fewOperationsPerSecond = 1;

const slow = (direction: 'read' | 'write'): string =>
  `label_replace(
  volume:ebs_${direction}_io_latency_seconds:p99_10m > ${slowSeconds} and volume:ebs_${direction}_ops:rate10m > ${fewOperationsPerSecond},
  "operation", "${direction}s", "", ""
)`;

const anyUp = '{__name__=~"ebs_volume_up|ebs_instance_store_volume_up"}';

export const volumeAlerts: RuleGroup = {
  name: 'ebs-volumes',
  rules: [
    {
      alert: 'EBSVolumeLatencyHigh',
      title: 'One of a hundred operations takes more than 100 ms',
      expr: `
${slow('read')}
or
${slow('write')}`,
      for: '15m',
      severity: 'warning',
      summary: `Slow {{ $labels.operation }}, p99 {{ $value | humanizeDuration }}: ${whichVolume}`,
      description:
        'One of a hundred {{ $labels.operation }} takes that long or longer. See first whether a limit is exceeded: EBSVolumeIOPSLimit, EBSVolumeThroughputLimit or EBSInstanceLimit.',
    },
    {
      // Only completed operations are counted: a volume that hangs shows in its queue alone.
      alert: 'EBSVolumeHung',
      title: 'Operations wait and none completes',
      expr: `
min by (${volume}) (min_over_time(ebs_volume_queue_length[5m])) > 0
and
max by (${volume}) (increase(ebs_total_read_ops_total[5m]) + increase(ebs_total_write_ops_total[5m])) == 0`,
      for: '2m',
      severity: 'critical',
      summary: `Volume hangs, {{ $value }} operations wait and none completes: ${whichVolume}`,
      description:
        'For five minutes the queue was never empty and nothing was completed. Processes that wait for it cannot be killed.',
    },
    {
      // The maximum: while a volume fails, its label error_type may change, and that is no other failure.
      alert: 'EBSVolumeUnreadable',
      title: 'The statistics of the volume cannot be read',
      expr: `max by (${volume}) (${anyUp}) == 0`,
      for: '10m',
      severity: 'warning',
      summary: `Volume cannot be read by the collector: ${whichVolume}`,
      description:
        'Nothing is known of this volume meanwhile, and no other alert can fire for it. The label error_type of ebs_volume_up and the log of the collector say why.',
    },
  ],
};
