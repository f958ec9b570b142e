import { runbook } from '../model/runbooks.ts';
import { lines, rising } from '../model/thresholds.ts';
import { stat } from '../model/stat.ts';
import { timeSeries } from '../model/time-series.ts';
import { own, ownRate } from '../promql/collectors.ts';
import { perStep } from '../promql/volumes.ts';

const noApi = 'No API was asked in this time';
const noKubernetes = 'The processor kubernetes is not configured';
const api = '{{ebs_collector_api_name}} {{ebs_collector_api_operation}}';
const byCall = 'ebs_collector_api_name, ebs_collector_api_operation';

export const dependencies = {
  title: 'Kubernetes and AWS',
  panels: [
    timeSeries({
      title: 'Requests to APIs',
      description:
        'Of all chosen collectors together. What a node may ask is limited; docs/configuration.md says how. A level that stays high: volumes or pods that change all the time.',
      unit: 'reqps',
      min: 0,
      noData: noApi,
      queries: [
        {
          expr: `sum by (${byCall}) (${ownRate('ebs_collector_api_requests_total', perStep)})`,
          legend: api,
        },
      ],
      width: 8,
    }),
    timeSeries({
      title: 'Requests that failed or were throttled',
      description:
        '403: the role lacks a right. 401: the token is not taken. 429, and throttled: the API is busy, and the collector waits longer each time. Without an answer owners stay as they were known.',
      unit: 'reqps',
      min: 0,
      noData: 'No request failed',
      links: [runbook.apiFailing],
      queries: [
        {
          expr: `sum by (${byCall}, error_type) (${ownRate('ebs_collector_api_requests_total{error_type!=""}', perStep)})`,
          legend: `${api}: {{error_type}}`,
        },
        {
          expr: `sum by (${byCall}) (${ownRate('ebs_collector_api_throttles_total', perStep)})`,
          legend: `${api}: throttled`,
        },
      ],
      width: 8,
    }),
    timeSeries({
      title: 'How long requests take (p95)',
      description: 'Slow answers delay owners, never readings: volumes are read and exported meanwhile.',
      unit: 's',
      isLogarithmic: true,
      thresholds: lines([1, 'orange']),
      noData: noApi,
      queries: [
        {
          expr: `histogram_quantile(0.95, sum by (ebs_collector_api_name, le) (${ownRate('ebs_collector_api_duration_seconds_bucket', perStep)}))`,
          legend: '{{ebs_collector_api_name}}',
        },
      ],
      width: 8,
    }),
    timeSeries({
      title: 'Owners',
      description:
        "PersistentVolumes of the nodes' pods: those whose claim is known, and those of which only the kubelet's own files are. The latter stay when the API cannot be asked.",
      unit: 'none',
      min: 0,
      noData: noKubernetes,
      queries: [
        {
          expr: `sum by (ebs_collector_owner_state) (${own('ebs_collector_owners')})`,
          legend: '{{ebs_collector_owner_state}}',
        },
      ],
      width: 6,
    }),
    timeSeries({
      title: 'Owners known without asking',
      description:
        'Share of the lookups that the cache answered. Near 100 %: the API is asked for what is new, and no more.',
      unit: 'percentunit',
      min: 0,
      max: 1,
      noData: noKubernetes,
      queries: [
        {
          expr: `sum(${ownRate('ebs_collector_owner_lookups_total{ebs_collector_cache_result="hit"}', perStep)}) / sum(${ownRate('ebs_collector_owner_lookups_total', perStep)})`,
          legend: 'hits',
        },
      ],
      width: 6,
    }),
    timeSeries({
      title: 'Drift',
      description:
        'Volumes that Kubernetes says are attached and no device shows (missing_device), and devices that no attachment explains (unexplained_device).',
      unit: 'none',
      decimals: 0,
      min: 0,
      thresholds: lines([1, 'orange']),
      noData: noKubernetes,
      links: [runbook.drift],
      queries: [
        {
          expr: `sum by (ebs_collector_drift_kind) (${own('ebs_collector_drift')})`,
          legend: '{{ebs_collector_drift_kind}} now',
        },
        {
          expr: `sum by (ebs_collector_drift_kind) (${own(`increase(ebs_collector_drift_found_total[${perStep}])`)})`,
          legend: '{{ebs_collector_drift_kind}} found',
        },
        {
          expr: `sum by (ebs_collector_drift_kind) (${own(`increase(ebs_collector_drift_cleared_total[${perStep}])`)})`,
          legend: '{{ebs_collector_drift_kind}} cleared',
        },
      ],
      width: 8,
    }),
    stat({
      title: 'Oldest drift',
      description: 'How long Kubernetes and the node have disagreed about a volume. Empty: they agree.',
      unit: 's',
      noData: 'None',
      thresholds: rising([600, 'orange'], [3600, 'red']),
      width: 4,
      height: 8,
      links: [runbook.drift],
      queries: [{ expr: `max(${own('ebs_collector_drift_age_seconds')})` }],
    }),
  ],
};
