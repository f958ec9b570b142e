import { ebsNaming } from '../../../pipeline/exporters/prometheus/namings/ebs.ts';
import { kubeletNaming } from '../../../pipeline/exporters/prometheus/namings/kubelet.ts';
import { pvDiskUsageNaming } from '../../../pipeline/exporters/prometheus/namings/pv-disk-usage.ts';
import { familyRules } from '../../../pipeline/exporters/prometheus/namings/table.ts';
import { groups } from '../../../deploy/alerts/groups.ts';
import { isAlert } from '../../../deploy/alerts/rule.ts';
import { ownMetricTables } from '../../../docs/metrics-reference.ts';
import { ownName } from '../grafana/node-double.ts';

/** Every name that a rule or a documented query may ask for, from the tables in the code. */

const namesOf = (name: string, type: string): readonly string[] =>
  type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];

export const pageNames: ReadonlySet<string> = new Set([
  'target_info',
  ...[ebsNaming, pvDiskUsageNaming, kubeletNaming]
    .flatMap(familyRules)
    .flatMap(({ name, type }) => namesOf(name, type)),
  ...ownMetricTables
    .flatMap((table) => Object.values(table))
    .flatMap((metric) => namesOf(ownName(metric), metric.type)),
]);

export const recordedNames: ReadonlySet<string> = new Set(
  groups.flatMap(({ rules }) => rules.flatMap((rule) => (isAlert(rule) ? [] : rule.record))),
);

/** Prometheus says it of each target. */
export const prometheusNames: ReadonlySet<string> = new Set(['up']);
