import { groups } from '../deploy/alerts/groups.ts';
import { isAlert, type AlertRule } from '../deploy/alerts/rule.ts';

/** Writes docs/runbooks/README.md from the alerts. */

const about: Readonly<Record<string, string>> = {
  'ebs-limits': 'Limits',
  'ebs-volumes': 'Volumes',
  'ebs-space': 'Space',
  'ebs-drift': 'What should be there',
  'ebs-collectors': 'Collectors',
  'ebs-exporters': 'Exporters',
};

function table(alerts: readonly AlertRule[]): string {
  const rows = alerts.map(
    ({ alert, title, severity, ...rule }) =>
      `| [${alert}](${alert}.md) | ${title} | ${severity} | ${rule.for} |`,
  );
  return ['| alert | in short | severity | after |', '|---|---|---|---|', ...rows].join('\n');
}

export function renderRunbookIndex(): string {
  const sections = groups.flatMap(({ name, rules }) => {
    const alerts = rules.filter(isAlert);
    return alerts.length === 0 ? [] : `## ${about[name] ?? name}\n\n${table(alerts)}\n`;
  });
  return `<!-- Made from the alerts in deploy/alerts/ by \`make docs\`. -->

# Runbooks

One page an alert: what it means, how to check, what to do. \`critical\` is for waking somebody, \`warning\` for working hours.
The rules are \`deploy/prometheus/rules.yaml\`, and the same as a PrometheusRule in \`deploy/prometheus-operator/\`.

${sections.join('\n')}
## How they fit into Alertmanager

Alerts on volumes carry \`cluster_id\`, \`node\`, \`device\`, \`volume_id\`, \`namespace\`, \`persistentvolumeclaim\`, \`persistentvolume\` and
\`pod\`, as far as they are known: route by \`namespace\` to who owns the claim. Those on collectors carry \`cluster_id\` and \`node\`. Alerts on
simulated volumes have the label \`simulated\`.

\`\`\`yaml
route:
  group_by: [alertname, cluster_id, node]
inhibit_rules:
  # Where the instance is the limit, the volume's own does not matter.
  - source_matchers: [alertname = EBSInstanceLimit]
    target_matchers: ['alertname =~ "EBSVolumeIOPSLimit|EBSVolumeThroughputLimit|EBSVolumeLatencyHigh"']
    equal: [cluster_id, node, volume_id]
  - source_matchers: [alertname = EBSVolumeHung]
    target_matchers: ['alertname =~ "EBSVolumeLatencyHigh|EBSVolumeUnreadable|EBSCollectorSlow"']
    equal: [cluster_id, node]
  - source_matchers: [alertname = EBSVolumeAlmostFull]
    target_matchers: [alertname = EBSVolumeFillingUp]
    equal: [cluster_id, persistentvolume]
  - source_matchers: [alertname = EBSExporterDropping]
    target_matchers: [alertname = EBSExporterQueueNearFull]
    equal: [cluster_id, node, otel_component_name]
\`\`\`

Runbooks elsewhere: \`runbookFolder\` in \`deploy/runbooks.ts\` is where every \`runbook_url\` begins; \`make docs\` writes the files anew.
`;
}
