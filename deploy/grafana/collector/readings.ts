import { runbook } from '../model/runbooks.ts';
import { lines } from '../model/thresholds.ts';
import { timeSeries } from '../model/time-series.ts';
import { noCollector, own, ownRate } from '../promql/collectors.ts';
import { perStep } from '../promql/volumes.ts';

const quantile = (share: number, name: string): string =>
  `histogram_quantile(${share}, sum by (le) (${ownRate(`${name}_bucket`, perStep)}))`;

const quantiles = (name: string) =>
  [
    { expr: quantile(0.5, name), legend: 'p50', color: 'green' },
    { expr: quantile(0.95, name), legend: 'p95', color: 'yellow' },
    { expr: quantile(0.99, name), legend: 'p99', color: 'red' },
  ] as const;

export const readings = {
  title: 'Readings',
  panels: [
    timeSeries({
      title: 'Readings of the node',
      description:
        'A reading is made when a scrape or push asks and the last one is older than min_interval; who asks sooner shares it. None: nobody asks. Failed: the node could not be looked through at all.',
      unit: 'ops',
      min: 0,
      noData: noCollector,
      links: [runbook.discoveryFailing],
      queries: [
        {
          expr: `sum(${ownRate('ebs_collector_collections_total{error_type=""}', perStep)})`,
          legend: 'made',
        },
        {
          expr: `sum(${ownRate('ebs_collector_collections_total{error_type!=""}', perStep)}) or vector(0)`,
          legend: 'failed',
          color: 'red',
        },
        { expr: `sum(${ownRate('ebs_collector_readings_shared_total', perStep)})`, legend: 'shared' },
      ],
      width: 8,
    }),
    timeSeries({
      title: 'How long a reading takes',
      description:
        'From discovery to metrics, of the whole node. Ms are usual. Near read_timeout: a drive hangs, and its points only are late. Above the scrape timeout the whole scrape is lost.',
      unit: 's',
      isLogarithmic: true,
      thresholds: lines([5, 'red']),
      noData: noCollector,
      links: [runbook.collectorSlow],
      queries: quantiles('ebs_collector_collection_duration_seconds'),
      width: 8,
    }),
    timeSeries({
      title: 'How long one drive takes',
      description: 'To be opened, read and closed. The slowest hundredth shows a drive that hangs.',
      unit: 's',
      isLogarithmic: true,
      thresholds: lines([2, 'red']),
      noData: noCollector,
      links: [runbook.hung],
      queries: quantiles('ebs_collector_read_duration_seconds'),
      width: 8,
    }),
    timeSeries({
      title: 'Reads of drives that failed',
      description:
        'By reason. permission_denied: the container lacks CAP_SYS_ADMIN or access to /dev. timeout: the drive hangs. not_supported: the drive has no statistics page. device_gone: detached at that moment.',
      unit: 'ops',
      min: 0,
      noData: 'None failed',
      links: [runbook.unreadable],
      queries: [
        {
          expr: `sum by (error_type) (${ownRate('ebs_collector_reads_total{error_type!=""}', perStep)}) or label_replace(vector(0), "error_type", "none", "", "")`,
          legend: '{{error_type}}',
        },
      ],
      width: 8,
    }),
    timeSeries({
      title: 'Volumes attached and detached',
      description:
        'Seen to come and to go in each step; a restart of a collector counts what it finds as attached. Many of one node: pods that are moved around, or an attachment that fails again and again.',
      unit: 'none',
      decimals: 0,
      min: 0,
      noData: noCollector,
      queries: [
        {
          expr: `sum(${own(`increase(ebs_collector_volume_attached_total[${perStep}])`)})`,
          legend: 'attached',
        },
        {
          expr: `sum(${own(`increase(ebs_collector_volume_detached_total[${perStep}])`)})`,
          legend: 'detached',
        },
      ],
      width: 8,
    }),
    timeSeries({
      title: 'File systems',
      description:
        'PersistentVolumes whose usage is read, and those whose usage cannot be: they hang, or the mount is not propagated into the container.',
      unit: 'none',
      decimals: 0,
      min: 0,
      noData: 'The receiver volume_usage is not configured',
      links: [runbook.fillingUp],
      queries: [
        {
          expr: `sum by (ebs_collector_mount_state) (${own('ebs_collector_mounts')})`,
          legend: '{{ebs_collector_mount_state}}',
        },
      ],
      width: 8,
    }),
  ],
};
