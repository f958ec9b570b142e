import { dump } from 'js-yaml';
import { runbookUrl } from '../runbooks.ts';
import { groups } from './groups.ts';
import { isAlert, type Rule } from './rule.ts';

/** The same groups for whoever runs Prometheus: a rule file, and the object that the Prometheus operator makes one of. */

function asPrometheusHasIt(rule: Rule): object {
  const expr = rule.expr.trim();
  if (!isAlert(rule)) return { record: rule.record, expr };
  const { alert, severity, summary, description } = rule;
  return {
    alert,
    expr,
    for: rule.for,
    labels: { severity },
    annotations: { summary, description, runbook_url: runbookUrl(alert) },
  };
}

const spec = {
  groups: groups.map(({ name, rules }) => ({ name, rules: rules.map(asPrometheusHasIt) })),
};

const prometheusRule = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PrometheusRule',
  metadata: {
    name: 'ebs-nvme-collector',
    namespace: 'ebs-nvme-collector',
    labels: { 'app.kubernetes.io/name': 'ebs-nvme-collector' },
  },
  spec,
};

const header = '# Made from deploy/alerts/: change it there, then `make docs`.\n';
const yaml = (value: object): string => header + dump(value, { lineWidth: -1, noRefs: true });

export interface RuleFile {
  /** From the root of the project. */
  readonly path: string;
  readonly text: string;
}

export const ruleFile: RuleFile = { path: 'deploy/prometheus/rules.yaml', text: yaml(spec) };

export const ruleFiles: readonly RuleFile[] = [
  ruleFile,
  {
    path: 'deploy/prometheus-operator/30_ebs-nvme-collector.PrometheusRule.yaml',
    text: yaml(prometheusRule),
  },
];
