import { runbook } from '../model/runbooks.ts';
import { stateTimeline } from '../model/state-timeline.ts';
import { lines, words } from '../model/thresholds.ts';
import { timeSeries } from '../model/time-series.ts';
import { noCollector, own, ownRate } from '../promql/collectors.ts';
import { perStep } from '../promql/volumes.ts';

const noPush = 'No exporter that pushes is configured';
const byExporter = '{{otel_component_name}}';

export const exporters = {
  title: 'Exporters',
  panels: [
    stateTimeline({
      title: 'Ready',
      description:
        'Whether all collectors can deliver by the exporter; "some" where it is a matter of nodes, which points to the network, and "none" where it is one of the backend or its credentials.',
      unit: 'percentunit',
      noData: noCollector,
      mappings: words({ '0': ['none', 'red'], '1': ['all', 'green'], '0.5': ['some', 'orange'] }),
      links: [runbook.exporterFailing],
      queries: [
        {
          expr: `(min by (otel_component_name) (${own('ebs_collector_exporter_ready')}) + max by (otel_component_name) (${own('ebs_collector_exporter_ready')})) / 2`,
          legend: byExporter,
        },
      ],
    }),
    timeSeries({
      title: 'Data points delivered',
      description: 'By exporter. A step down without one in "Volumes": pushes are lost, see beside.',
      unit: 'cps',
      min: 0,
      noData: noPush,
      queries: [
        {
          expr: `sum by (otel_component_name) (${ownRate('ebs_collector_exporter_sent_total', perStep)})`,
          legend: byExporter,
        },
      ],
      width: 8,
    }),
    timeSeries({
      title: 'Data points not taken, and lost',
      description:
        'Not taken: the backend refused them or did not answer, by reason; with a queue they are tried again. Lost: they will not be.',
      unit: 'cps',
      min: 0,
      noData: 'Nothing was refused or lost',
      links: [runbook.exporterFailing, runbook.dropping],
      queries: [
        {
          expr: `sum by (otel_component_name, error_type) (${ownRate('ebs_collector_exporter_failed_total', perStep)})`,
          legend: `${byExporter} not taken: {{error_type}}`,
        },
        {
          expr: `sum by (otel_component_name, error_type) (${ownRate('ebs_collector_exporter_dropped_total', perStep)})`,
          legend: `${byExporter} lost: {{error_type}}`,
        },
      ],
      width: 8,
    }),
    timeSeries({
      title: 'Fullest queue',
      description:
        'Of what may wait, how much does, on the node where it is most. It fills while the backend is away and empties afterwards; at 100 % data points are lost, oldest first.',
      unit: 'percentunit',
      min: 0,
      max: 1,
      thresholds: lines([0.8, 'orange'], [1, 'red']),
      noData: 'No exporter has a queue',
      links: [runbook.queueFull],
      queries: [
        {
          expr: `max by (otel_component_name) (${own('ebs_collector_exporter_queue_size / (ebs_collector_exporter_queue_capacity > 0)')})`,
          legend: byExporter,
        },
      ],
      width: 8,
    }),
    timeSeries({
      title: 'Pushes left out',
      description:
        'Because the one before was still under way: the backend takes longer than the interval. Cumulative values lose nothing but resolution.',
      unit: 'ops',
      min: 0,
      noData: 'No push was left out',
      queries: [
        {
          expr: `sum by (otel_component_name) (${ownRate('ebs_collector_exporter_skipped_total', perStep)})`,
          legend: byExporter,
        },
      ],
      width: 8,
    }),
    timeSeries({
      title: 'Scrapes turned away',
      description:
        'By reason. unauthorized: a scraper without credentials, or with old ones. busy or connections: more scrapers than the limits let in. slow: somebody who does not read the answer.',
      unit: 'ops',
      min: 0,
      noData: 'Nobody was turned away',
      queries: [
        {
          expr: `sum by (error_type) (${ownRate('ebs_collector_endpoint_refused_total', perStep)})`,
          legend: '{{error_type}}',
        },
      ],
      width: 8,
    }),
    timeSeries({
      title: 'Credentials read again',
      description:
        'Tokens, certificates and users that were replaced in their files. With an error the old ones stay in use until they end: see the log.',
      unit: 'none',
      min: 0,
      noData: 'No credentials have changed',
      queries: [
        {
          expr: `sum by (otel_component_name, error_type) (${own(`increase(ebs_collector_credentials_reloaded_total[${perStep}])`)})`,
          legend: `${byExporter} {{error_type}}`,
        },
      ],
      width: 8,
    }),
  ],
};
