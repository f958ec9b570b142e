import { byNode, collector, whichNode } from './labels.ts';
import type { RuleGroup } from './rule.ts';

const exporter = `${collector}, otel_component_name`;
/** A queue that empties faster than it fills does not stay here; one that does not has a fifth of its time left. */
const nearFull = 0.8;

const name = '{{ $labels.otel_component_name }}';

export const exporterAlerts: RuleGroup = {
  name: 'ebs-exporters',
  rules: [
    {
      alert: 'EBSExporterFailing',
      title: 'A backend takes nothing',
      expr: `
min by (${exporter}) (
  ${byNode('ebs_collector_exporter_ready')}
) == 0`,
      for: '10m',
      severity: 'warning',
      summary: `Exporter ${name} does not deliver: ${whichNode}`,
      description:
        'Its backend does not take what it sends. With a queue the data waits and is sent later; without one it is lost.',
    },
    {
      alert: 'EBSExporterQueueNearFull',
      title: 'A queue is more than 80 % full',
      expr: `
max by (${exporter}) (
  ${byNode('ebs_collector_exporter_queue_size / (ebs_collector_exporter_queue_capacity > 0)')}
) > ${nearFull}`,
      for: '10m',
      severity: 'warning',
      summary: `Queue of exporter ${name} {{ $value | humanizePercentage }} full: ${whichNode}`,
      description:
        'When it is full the oldest data is dropped. The backend is away, or slower than what it is sent.',
    },
    {
      // The counter begins with the first drop: what was not there a quarter of an hour ago is all new.
      alert: 'EBSExporterDropping',
      title: 'Data points are lost',
      expr: `
sum by (${exporter}, error_type) (
  ${byNode('increase(ebs_collector_exporter_dropped_total[15m])')}
) > 0
or
sum by (${exporter}, error_type) (
  ${byNode('(ebs_collector_exporter_dropped_total unless ebs_collector_exporter_dropped_total offset 15m)')}
) > 0`,
      for: '0m',
      severity: 'warning',
      summary: `Exporter ${name} loses data, {{ $value | humanize }} data points in 15 minutes ({{ $labels.error_type }}): ${whichNode}`,
      description: 'These data points did not reach the backend and will not.',
    },
  ],
};
