import {
  bare,
  bareSeries,
  bareText,
  claimed,
  claimedSeries,
  claimedText,
  type AlertCase,
  type InputSeries,
} from '../case.ts';

/** 300 operations a minute, some of them in the bin of 131 to 262 ms. */
const latencies = (direction: 'read' | 'write', slowPerMinute: number, perMinute = 300): InputSeries => {
  const bucket = (le: string, count: number) => ({
    [`ebs_${direction}_io_latency_seconds_bucket{${claimedSeries},le="${le}"}`]: `0+${count}x60`,
  });
  return {
    ...bucket('0.065536', perMinute - slowPerMinute),
    ...bucket('0.131072', perMinute - slowPerMinute),
    ...bucket('0.262144', perMinute),
    ...bucket('+Inf', perMinute),
    [`ebs_total_${direction}_ops_total{${claimedSeries}}`]: `0+${perMinute}x60`,
  };
};

const seeLimits =
  'See first whether a limit is exceeded: EBSVolumeIOPSLimit, EBSVolumeThroughputLimit or EBSInstanceLimit.';

export const volumeCases: readonly AlertCase[] = [
  {
    alert: 'EBSVolumeLatencyHigh',
    says: 'for the direction in which one of fifty operations takes more than 131 ms',
    series: { ...latencies('read', 6), ...latencies('write', 0) },
    notAtMinutes: [14],
    atMinute: 40,
    expected: [
      {
        labels: { severity: 'warning', operation: 'reads', ...claimed },
        summary: `Slow reads, p99 196.6ms: ${claimedText}`,
        description: `One of a hundred reads takes that long or longer. ${seeLimits}`,
      },
    ],
  },
  {
    alert: 'EBSVolumeLatencyHigh',
    says: 'where one of two hundred is slow, nor where one of a handful is',
    series: { ...latencies('read', 1.5), ...latencies('write', 5, 20) },
    untilMinute: 60,
  },
  {
    alert: 'EBSVolumeHung',
    says: 'while operations wait and none completes',
    series: {
      [`ebs_volume_queue_length{${claimedSeries}}`]: '2x10 17x30',
      [`ebs_total_read_ops_total{${claimedSeries}}`]: '0+600x10 6000x30',
      [`ebs_total_write_ops_total{${claimedSeries}}`]: '0+10x10 100x30',
    },
    notAtMinutes: [15],
    atMinute: 20,
    expected: [
      {
        labels: { severity: 'critical', ...claimed },
        summary: `Volume hangs, 17 operations wait and none completes: ${claimedText}`,
        description:
          'For five minutes the queue was never empty and nothing was completed. Processes that wait for it cannot be killed.',
      },
    ],
  },
  {
    alert: 'EBSVolumeHung',
    says: 'for an idle volume, nor a slow one, nor one that comes back after four minutes',
    series: {
      [`ebs_volume_queue_length{${claimedSeries}}`]: '0x8 1 0x8 3 0x30',
      [`ebs_total_read_ops_total{${claimedSeries}}`]: '900x60',
      [`ebs_total_write_ops_total{${claimedSeries}}`]: '900x60',
      [`ebs_volume_queue_length{${bareSeries}}`]: '40x60',
      [`ebs_total_read_ops_total{${bareSeries}}`]: '0+1x20 20x4 21+1x30',
      [`ebs_total_write_ops_total{${bareSeries}}`]: '0x60',
    },
    untilMinute: 48,
  },
  {
    alert: 'EBSVolumeUnreadable',
    says: 'where no reading succeeds, whatever the errors, once',
    series: {
      [`ebs_volume_up{${claimedSeries}}`]: '1x5 stale',
      [`ebs_volume_up{${claimedSeries},error_type="timeout"}`]: '_x6 0x5 stale',
      [`ebs_volume_up{${claimedSeries},error_type="io_error"}`]: '_x12 0x30',
      [`ebs_instance_store_volume_up{${bareSeries},error_type="permission_denied"}`]: '0x50',
    },
    notAtMinutes: [9],
    atMinute: 20,
    expected: [
      { labels: { severity: 'warning', ...claimed }, summaryOf: claimedText },
      { labels: { severity: 'warning', ...bare }, summaryOf: bareText },
    ].map(({ labels, summaryOf }) => ({
      labels,
      summary: `Volume cannot be read by the collector: ${summaryOf}`,
      description:
        'Nothing is known of this volume meanwhile, and no other alert can fire for it. The label error_type of ebs_volume_up and the log of the collector say why.',
    })),
  },
  {
    alert: 'EBSVolumeUnreadable',
    says: 'for a volume that fails while it is detached, nor for one that fails now and then',
    series: {
      [`ebs_volume_up{${claimedSeries},error_type="device_gone"}`]: '_x5 0x3 stale',
      [`ebs_volume_up{${bareSeries},error_type="timeout"}`]: '_x2 0x7 stale _x2 0x7 stale',
      [`ebs_volume_up{${bareSeries}}`]: '1x2 _x7 stale 1x1 stale _x7 1x20',
    },
    untilMinute: 40,
  },
];
