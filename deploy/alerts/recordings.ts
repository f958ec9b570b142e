import { byNode, collector, volume } from './labels.ts';
import type { RecordingRule, RuleGroup } from './rule.ts';

/**
 * What is expensive, or what several alerts, dashboards and people ask for. Names are level:metric:operation
 * (https://prometheus.io/docs/practices/rules/).
 *
 * The maximum, not the sum: where two jobs scrape one collector a volume would count twice.
 */

/** Ten scrapes and more at any usual interval; long enough that one burst or one missed scrape decides nothing. */
const window = '10m';

/** The drive counts µs: a rate of 1e6 is all of the time. */
const exceeded = (scope: 'volume' | 'instance', type: 'iops' | 'throughput'): RecordingRule => ({
  record: `volume:ebs_${scope}_${type}_exceeded:ratio_rate10m`,
  expr: `max by (${volume}) (rate(ebs_${scope}_performance_exceeded_${type}_total[${window}])) / 1e6`,
});

const perDirection = (direction: 'read' | 'write'): readonly RecordingRule[] => [
  {
    record: `volume:ebs_${direction}_ops:rate10m`,
    expr: `max by (${volume}) (rate(ebs_total_${direction}_ops_total[${window}]))`,
  },
  {
    record: `volume:ebs_${direction}_bytes:rate10m`,
    expr: `max by (${volume}) (rate(ebs_total_${direction}_bytes_total[${window}]))`,
  },
  {
    record: `volume:ebs_${direction}_io_latency_seconds:mean10m`,
    expr: `
max by (${volume}) (rate(ebs_total_${direction}_time_total[${window}]))
/
(max by (${volume}) (rate(ebs_total_${direction}_ops_total[${window}])) > 0)
/ 1e6`,
  },
  {
    record: `volume:ebs_${direction}_io_latency_seconds:p99_10m`,
    expr: `
histogram_quantile(0.99,
  max by (${volume}, le) (rate(ebs_${direction}_io_latency_seconds_bucket[${window}]))
)`,
  },
];

export const volumeRecordings: RuleGroup = {
  name: 'ebs-volume-recordings',
  rules: [
    exceeded('volume', 'iops'),
    exceeded('volume', 'throughput'),
    exceeded('instance', 'iops'),
    exceeded('instance', 'throughput'),
    ...perDirection('read'),
    ...perDirection('write'),
  ],
};

/** The kubelet reports inodes by the same names; only the collector's have the PersistentVolume. */
const inodes = (name: string): string =>
  `max by (${volume}) (kubelet_volume_stats_inodes${name}{persistentvolume!=""})`;

export const spaceRecordings: RuleGroup = {
  name: 'ebs-space-recordings',
  rules: [
    // Recorded so that six hours of it are one series, however often the collector's pod was made anew meanwhile.
    {
      record: 'volume:pv_disk_usage_bytes_available:min',
      expr: `min by (${volume}) (pv_disk_usage_bytes_available)`,
    },
    {
      record: 'volume:pv_disk_usage_used:ratio',
      expr: `max by (${volume}) (pv_disk_usage_percent_used) / 100`,
    },
    {
      record: 'volume:kubelet_volume_stats_inodes_used:ratio',
      expr: `${inodes('_used')} / (${inodes('')} > 0)`,
    },
  ],
};

const withName = (from: string, label: string, vector: string): string =>
  `label_replace(${vector}, "${label}", "$1", "${from}", "(.+)")`;

export const collectorRecordings: RuleGroup = {
  name: 'ebs-collector-recordings',
  rules: [
    // Where each collector is. Without target_info, which some setups drop, its address stands for the node.
    {
      record: 'collector:ebs_collector:info',
      expr: `
group by (job, instance, ${collector}) (
  ${withName('k8s_cluster_name', 'cluster_id', withName('k8s_node_name', 'node', withName('host_name', 'node', 'target_info and on (job, instance) ebs_collector_collections_total')))}
)
or on (job, instance)
group by (job, instance, ${collector}) (
  ${withName('instance', 'node', 'ebs_collector_collections_total')}
)`,
    },
    {
      record: 'collector:ebs_collector_collection_duration_seconds:p99_10m',
      expr: `
histogram_quantile(0.99,
  max by (${collector}, le) (
    ${byNode(`rate(ebs_collector_collection_duration_seconds_bucket[${window}])`)}
  )
)`,
    },
  ],
};
