import { bare, bareSeries, claimed, claimedSeries, claimedText, type AlertCase } from '../case.ts';

const grow = 'EBS volumes grow while they are in use.';
/** Of a volume that is no EBS volume, only the PersistentVolume is known. */
const other = { node: 'b', persistentvolume: 'pvc-nfs' };
const otherSeries = 'node="b",persistentvolume="pvc-nfs",job="ebs",instance="10.0.0.2:8090"';
const stands = { labels: { severity: 'critical', ...other }, text: 'volume pvc-nfs, node b' };

export const spaceCases: readonly AlertCase[] = [
  {
    alert: 'EBSVolumeFillingUp',
    says: 'where six hours as they were lead to nothing left within 24 h, a restart of the collector or not',
    series: {
      [`pv_disk_usage_bytes_available{${claimedSeries}}`]: '40e9-30e6x100 stale',
      [`pv_disk_usage_bytes_available{${claimedSeries.replace('10.0.0.1', '10.0.0.9')}}`]:
        '_x102 36.94e9-30e6x300',
      [`pv_disk_usage_percent_used{${claimedSeries}}`]: '60+0.03x100 stale',
      [`pv_disk_usage_percent_used{${claimedSeries.replace('10.0.0.1', '10.0.0.9')}}`]:
        '_x102 63.06+0.03x300',
    },
    notAtMinutes: [85],
    atMinute: 150,
    expected: [
      {
        labels: { severity: 'warning', ...claimed },
        summary: `Volume full within 24 hours: ${claimedText}`,
        description: `If it goes on as in the last six hours, nothing is left a day from now. ${grow}`,
      },
    ],
  },
  {
    alert: 'EBSVolumeFillingUp',
    says: 'while a new volume is filled for the first time, nor where a week is left, nor for one that is emptied again',
    series: {
      [`pv_disk_usage_bytes_available{${claimedSeries}}`]: '100e9-1e9x59 41e9x300',
      [`pv_disk_usage_percent_used{${claimedSeries}}`]: '0+1x59 59x300',
      [`pv_disk_usage_bytes_available{${bareSeries}}`]: '40e9-4e6x359',
      [`pv_disk_usage_percent_used{${bareSeries}}`]: '60x359',
      [`pv_disk_usage_bytes_available{${otherSeries}}`]:
        '20e9-10e6x60 19.4e9+10e6x60 20e9-10e6x60 19.4e9+10e6x60',
      [`pv_disk_usage_percent_used{${otherSeries}}`]: '80x300',
    },
    untilMinute: 85,
  },
  {
    alert: 'EBSVolumeAlmostFull',
    says: 'at 98 %, for volumes that are no EBS volumes too',
    series: {
      [`pv_disk_usage_percent_used{${claimedSeries}}`]: '96x10 98.2x20',
      [`pv_disk_usage_percent_used{${otherSeries}}`]: '99x30',
    },
    notAtMinutes: [4],
    atMinute: 20,
    expected: [
      {
        labels: { severity: 'critical', ...claimed },
        summary: `Volume 98.2% full: ${claimedText}`,
        description: `At 100 % writes fail with "no space left on device". ${grow}`,
      },
      {
        labels: stands.labels,
        summary: `Volume 99% full: ${stands.text}`,
        description: `At 100 % writes fail with "no space left on device". ${grow}`,
      },
    ],
  },
  {
    alert: 'EBSVolumeAlmostFull',
    says: 'at 96 %, nor for three minutes of a rotated log',
    series: {
      [`pv_disk_usage_percent_used{${claimedSeries}}`]: '96x40',
      [`pv_disk_usage_percent_used{${bareSeries}}`]: '90x5 99x3 90x30',
    },
    untilMinute: 35,
  },
  {
    alert: 'EBSVolumeOutOfInodes',
    says: 'where 98 % of the inodes are used',
    series: {
      [`kubelet_volume_stats_inodes_used{${claimedSeries}}`]: '640000x30',
      [`kubelet_volume_stats_inodes{${claimedSeries}}`]: '655360x30',
    },
    notAtMinutes: [4],
    atMinute: 20,
    expected: [
      {
        labels: { severity: 'critical', ...claimed },
        summary: `Volume out of inodes, 97.66% used: ${claimedText}`,
        description:
          'Without an inode no file can be made, however much space is left. Remove files; a larger ext4 file system has more inodes.',
      },
    ],
  },
  {
    alert: 'EBSVolumeOutOfInodes',
    says: 'for what the kubelet reports by the same names, nor for file systems without a number of inodes',
    series: {
      'kubelet_volume_stats_inodes_used{job="kubelet",namespace="shop",persistentvolumeclaim="data-db-0"}':
        '99x30',
      'kubelet_volume_stats_inodes{job="kubelet",namespace="shop",persistentvolumeclaim="data-db-0"}':
        '100x30',
      [`kubelet_volume_stats_inodes_used{${claimedSeries}}`]: '0x30',
      [`kubelet_volume_stats_inodes{${claimedSeries}}`]: '0x30',
      [`kubelet_volume_stats_inodes_used{persistentvolume="pvc-9",${bareSeries}}`]: '96x30',
      [`kubelet_volume_stats_inodes{persistentvolume="pvc-9",${bareSeries}}`]: '100x30',
    },
    untilMinute: 30,
  },
  {
    alert: 'EBSVolumeSeriesMissing',
    says: 'for a claim whose file system is mounted and whose device the collector does not see',
    series: {
      [`pv_disk_usage_bytes_total{${claimedSeries}}`]: '100e9x30',
      'ebs_collector_volumes{job="ebs",instance="10.0.0.1:8090",ebs_collector_volume_state="readable"}':
        '3x30',
      [`ebs_volume_up{${bareSeries}}`]: '1x30',
      // The same id in another cluster is no help here.
      [`ebs_volume_up{${claimedSeries.replace('prod', 'test')}}`]: '1x30',
    },
    notAtMinutes: [9],
    atMinute: 15,
    expected: [
      {
        labels: {
          severity: 'warning',
          ...Object.fromEntries(Object.entries(claimed).filter(([name]) => name !== 'device')),
        },
        summary: `Mounted volume without device metrics: ${claimedText}`,
        description:
          'How full it is, is known; how fast and how throttled is not. Its device is excluded in the configuration, or not visible in the container.',
      },
    ],
  },
  {
    alert: 'EBSVolumeSeriesMissing',
    says: 'where the device is there, readable or not, nor for other volumes, nor those of a Xen instance, nor where only usage is collected',
    series: {
      [`pv_disk_usage_bytes_total{${claimedSeries}}`]: '100e9x30',
      [`ebs_volume_up{${claimedSeries},error_type="timeout"}`]: '0x30',
      'ebs_collector_volumes{job="ebs",instance="10.0.0.1:8090",ebs_collector_volume_state="failed"}': '1x30',
      [`pv_disk_usage_bytes_total{${otherSeries}}`]: '100e9x30',
      'pv_disk_usage_bytes_total{job="ebs",instance="10.0.0.1:8090",node="a",device="xvdba",volume_id="vol-9"}':
        '100e9x30',
      [`pv_disk_usage_bytes_total{persistentvolume="pvc-2",${bareSeries}}`]: '100e9x30',
      [`ignored{node="${bare.node}"}`]: '1x30',
    },
    untilMinute: 30,
  },
];
