import { byNode, collector, whichNode } from './labels.ts';
import type { RuleGroup } from './rule.ts';

/** The job of ServiceMonitor and headless Service is the Service's name, that of a PodMonitor ends with its own. */
const job = 'job=~"(.*/)?ebs-nvme-collector"';

/** Half of the scrape timeout that Prometheus has when nobody sets one. */
const slowSeconds = 5;
const mostFail = 0.5;
const operation = `${collector}, ebs_collector_api_name, ebs_collector_api_operation`;

/** Instance metadata is left out: a machine may have none, and the collector asks only at its start. */
const requests = (matcher: string): string =>
  byNode(
    `rate(ebs_collector_api_requests_total{ebs_collector_api_name!="imds"${matcher && `,${matcher}`}}[30m])`,
  );

export const collectorAlerts: RuleGroup = {
  name: 'ebs-collectors',
  rules: [
    {
      // By its job, and for jobs of other names by having been a collector lately.
      alert: 'EBSCollectorDown',
      title: 'A collector does not answer scrapes',
      expr: `
up{${job}} == 0
or
up == 0 and on (job, instance) last_over_time(collector:ebs_collector:info[6h])`,
      // An update of the DaemonSet restarts a collector within one minute or two.
      for: '10m',
      severity: 'warning',
      summary:
        'Collector down: {{ with $labels.node }}node {{ . }}, {{ end }}{{ $labels.instance }}{{ with $labels.cluster_id }}, cluster {{ . }}{{ end }}',
      description:
        'Nothing is known of the volumes of this node meanwhile, and no other alert can fire for them.',
    },
    {
      // Of all, or of one of several clusters that had collectors an hour ago. Those that had no cluster's name then may have
      // been given one since.
      alert: 'EBSCollectorAbsent',
      title: 'No collector is scraped, at all or in a cluster',
      expr: `
absent(ebs_collector_collections_total)
or
group by (cluster_id) (collector:ebs_collector:info{cluster_id!=""} offset 1h)
  unless on (cluster_id) group by (cluster_id) (collector:ebs_collector:info)`,
      for: '15m',
      severity: 'critical',
      summary: 'No collector at all is scraped{{ with $labels.cluster_id }}: cluster {{ . }}{{ end }}',
      description:
        'Either none runs, or Prometheus does not find them. No other alert on volumes can fire meanwhile.',
    },
    {
      alert: 'EBSCollectorSlow',
      title: 'Readings take more than five seconds',
      expr: `collector:ebs_collector_collection_duration_seconds:p99_10m > ${slowSeconds}`,
      for: '15m',
      severity: 'warning',
      summary: `Collector slow, p99 of a reading {{ $value | humanizeDuration }}: ${whichNode}`,
      description:
        'Beyond the timeout of the scrape (10 s where none is set) nothing of the node arrives. A drive that does not answer, or too little CPU.',
    },
    {
      alert: 'EBSCollectorDiscoveryFailing',
      title: 'The node cannot be looked through for volumes',
      expr: `
max by (${collector}) (
  ${byNode('rate(ebs_collector_collections_total{error_type!=""}[5m])')}
) > 0`,
      for: '10m',
      severity: 'warning',
      summary: `Collector cannot look for volumes: ${whichNode}`,
      description:
        'It cannot read sysfs. Its key receivers.nvme.sys_path says where that of the host is mounted.',
    },
    {
      alert: 'EBSCollectorAPIFailing',
      // By operation: what is forbidden is asked so seldom that what is not would hide it. That an object is not there (404) is
      // an answer.
      title: 'Most requests to an API fail',
      expr: `
sum by (${operation}) (
  ${requests('error_type!~"404|"')}
)
/
sum by (${operation}) (
  ${requests('')}
)
> ${mostFail}`,
      for: '15m',
      severity: 'warning',
      summary: `API {{ $labels.ebs_collector_api_name }}, {{ $value | humanizePercentage }} of the requests {{ $labels.ebs_collector_api_operation }} fail: ${whichNode}`,
      description:
        'Owners of new volumes stay unknown meanwhile; what is known stays. Permissions, the network, or an API that throttles.',
    },
  ],
};
