import { rowToNode } from '../model/links.ts';
import { runbook } from '../model/runbooks.ts';
import { stat } from '../model/stat.ts';
import { table } from '../model/table.ts';
import { none, rising } from '../model/thresholds.ts';
import { noCollector, own, ownByNode, ownRate } from '../promql/collectors.ts';
import { lately } from '../promql/volumes.ts';

const by = 'sum by (node, service_version, instance)';
const memory = `${by} (${ownByNode('process_memory_usage_bytes')})`;
const largest = `topk(50, ${memory})`;

export const now = {
  title: 'Now',
  panels: [
    stat({
      title: 'Collectors',
      description: 'Scraped and answering. One a node is wanted.',
      unit: 'none',
      noData: noCollector,
      queries: [{ expr: `count(${own('process_uptime_seconds')})` }],
      width: 3,
    }),
    stat({
      title: 'Collectors down',
      description:
        'Targets that Prometheus knows and cannot scrape, of the jobs that collectors have; of all clusters and nodes, as what is down does not say where it is.',
      unit: 'none',
      noData: noCollector,
      thresholds: none,
      isLoud: true,
      width: 3,
      links: [runbook.collectorDown, runbook.collectorAbsent],
      queries: [
        {
          expr: 'count(up == 0 and on (job) max_over_time(ebs_collector_collections_total[1h])) or vector(0)',
        },
      ],
    }),
    stat({
      title: 'Volumes',
      description: 'By kind, and whether they could be read.',
      unit: 'none',
      noData: noCollector,
      width: 6,
      queries: [
        {
          expr: `sum by (ebs_collector_volume_kind, ebs_collector_volume_state) (${own('ebs_collector_volumes')}) > 0`,
          legend: '{{ebs_collector_volume_kind}} {{ebs_collector_volume_state}}',
        },
      ],
    }),
    stat({
      title: 'Failed reads',
      description:
        'Share of the readings of drives that failed in the last five minutes. The row "Readings" says why.',
      unit: 'percentunit',
      noData: noCollector,
      thresholds: rising([0.001, 'orange'], [0.05, 'red']),
      width: 4,
      links: [runbook.unreadable],
      queries: [
        {
          expr: `(sum(${ownRate('ebs_collector_reads_total{error_type!=""}', lately)}) or vector(0)) / sum(${ownRate('ebs_collector_reads_total', lately)})`,
        },
      ],
    }),
    stat({
      title: 'Exporters not ready',
      description:
        'Exporters whose backend does not take what they send. The row "Exporters" says which and why.',
      unit: 'none',
      noData: noCollector,
      thresholds: none,
      isLoud: true,
      width: 4,
      links: [runbook.exporterFailing],
      queries: [{ expr: `count(${own('ebs_collector_exporter_ready')} == 0) or vector(0)` }],
    }),
    stat({
      title: 'Versions',
      description: 'Collectors by version: more than one while a rollout is under way, or stuck.',
      unit: 'none',
      noData: noCollector,
      width: 4,
      queries: [
        { expr: `count by (service_version) (${own('target_info')})`, legend: '{{service_version}}' },
      ],
    }),
    table({
      title: 'Collectors that use the most memory',
      description:
        'Fifty at most. A short uptime again and again: see why the pod restarts. Much memory with few volumes: something waits to be sent, see the queue.',
      unit: 'short',
      noData: noCollector,
      queries: [
        { expr: largest },
        { expr: `${by} (${ownByNode(`rate(process_cpu_time_seconds_total[${lately}])`)}) and ${largest}` },
        { expr: `${by} (${ownByNode('process_uptime_seconds')}) and ${largest}` },
        { expr: `${by} (${ownByNode('ebs_collector_volumes')}) and ${largest}` },
      ],
      columns: [
        { name: 'node', title: 'Node', links: [rowToNode] },
        { name: 'instance', title: 'Instance' },
        { name: 'service_version', title: 'Version' },
        { name: 'Value #D', title: 'Volumes' },
        { name: 'Value #A', title: 'Memory', unit: 'bytes' },
        { name: 'Value #B', title: 'CPU', unit: 'percentunit' },
        { name: 'Value #C', title: 'Uptime', unit: 's' },
      ],
      largestFirst: 'Memory',
      width: 24,
      height: 8,
    }),
  ],
};
