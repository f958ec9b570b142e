import { bareSeries, bareText, bare, claimed, claimedSeries, claimedText, type AlertCase } from '../case.ts';

const seconds = (perMinute: number, minutes: number, from = 0): string =>
  `${from * 1e6}+${perMinute * 1e6}x${minutes}`;
const remedy = (what: string): string =>
  `Provision more ${what}, unless EBSInstanceLimit fires for it too: then the instance comes first.`;
const perMinuteOf = { iops: 'IOPS', throughput: 'throughput' } as const;

const ofVolume = (alert: string, type: keyof typeof perMinuteOf): readonly AlertCase[] => [
  {
    alert,
    says: 'where demand exceeds the limit for a quarter of the time, with and without an owner',
    series: {
      [`ebs_volume_performance_exceeded_${type}_total{${claimedSeries}}`]: seconds(15, 40),
      [`ebs_volume_performance_exceeded_${type}_total{${bareSeries}}`]: seconds(30, 40),
    },
    notAtMinutes: [14],
    atMinute: 30,
    expected: [
      {
        labels: { severity: 'warning', ...claimed },
        summary: `Volume at its ${perMinuteOf[type]} limit: ${claimedText}`,
        description: `Demand exceeded the provisioned ${perMinuteOf[type]} of the volume for 25% of the time. ${remedy(perMinuteOf[type])}`,
      },
      {
        labels: { severity: 'warning', ...bare },
        summary: `Volume at its ${perMinuteOf[type]} limit: ${bareText}`,
        description: `Demand exceeded the provisioned ${perMinuteOf[type]} of the volume for 50% of the time. ${remedy(perMinuteOf[type])}`,
      },
    ],
  },
  {
    alert,
    says: 'for a burst of five minutes, nor for seconds now and then, nor for a new attachment with counters at zero',
    series: {
      [`ebs_volume_performance_exceeded_${type}_total{${claimedSeries}}`]: `0x10 ${seconds(60, 4, 60)} 300000000x40`,
      [`ebs_volume_performance_exceeded_${type}_total{${bareSeries}}`]: `${seconds(5, 30, 3600)} 0x25`,
    },
    untilMinute: 55,
  },
];

const instanceRemedy =
  'A bigger volume does not help: move volumes to other nodes, or take an instance type with more EBS bandwidth.';

export const limitCases: readonly AlertCase[] = [
  ...ofVolume('EBSVolumeIOPSLimit', 'iops'),
  ...ofVolume('EBSVolumeThroughputLimit', 'throughput'),
  {
    alert: 'EBSVolumeIOPSLimit',
    says: 'once, and goes on, while the pod of the collector is made anew and two jobs scrape it',
    series: {
      [`ebs_volume_performance_exceeded_iops_total{${claimedSeries}}`]: `${seconds(30, 24)} stale`,
      [`ebs_volume_performance_exceeded_iops_total{${claimedSeries.replace('10.0.0.1', '10.0.0.9')}}`]: `_x27 ${seconds(30, 20, 27 * 30)}`,
      [`ebs_volume_performance_exceeded_iops_total{${claimedSeries.replace('job="ebs"', 'job="other"')}}`]: `${seconds(30, 24)} stale`,
      // Four minutes later only the new one is there, with less than all of the window behind it.
    },
    notAtMinutes: [14],
    atMinute: 31,
    expected: [
      {
        labels: { severity: 'warning', ...claimed },
        summary: `Volume at its IOPS limit: ${claimedText}`,
        description: `Demand exceeded the provisioned IOPS of the volume for 22.5% of the time. ${remedy('IOPS')}`,
      },
    ],
  },
  {
    alert: 'EBSInstanceLimit',
    says: 'for the claims that wait for the instance, and says by which of its limits',
    series: {
      [`ebs_instance_performance_exceeded_iops_total{${claimedSeries}}`]: seconds(24, 40),
      [`ebs_instance_performance_exceeded_throughput_total{${claimedSeries}}`]: seconds(1, 40),
      [`ebs_instance_performance_exceeded_throughput_total{${bareSeries}}`]: seconds(60, 40),
    },
    notAtMinutes: [14],
    atMinute: 30,
    expected: [
      {
        labels: { severity: 'warning', limit: 'IOPS', ...claimed },
        summary: `Instance at its EBS IOPS limit: ${claimedText}`,
        description: `Demand exceeded the EBS IOPS of the instance for 40% of the time. ${instanceRemedy}`,
      },
      {
        labels: { severity: 'warning', limit: 'throughput', ...bare },
        summary: `Instance at its EBS throughput limit: ${bareText}`,
        description: `Demand exceeded the EBS throughput of the instance for 100% of the time. ${instanceRemedy}`,
      },
    ],
  },
  {
    alert: 'EBSInstanceLimit',
    says: 'where it is the volume that is at its limit',
    series: {
      [`ebs_volume_performance_exceeded_iops_total{${claimedSeries}}`]: seconds(60, 40),
      [`ebs_instance_performance_exceeded_iops_total{${claimedSeries}}`]: seconds(0, 40),
      [`ebs_instance_performance_exceeded_throughput_total{${claimedSeries}}`]: seconds(3, 40),
    },
    untilMinute: 40,
  },
];
