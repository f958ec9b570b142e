import { exporterMetrics } from '../../../pipeline/exporters/exporter-metrics.ts';
import { endpointMetrics } from '../../../pipeline/exporters/prometheus/endpoint/endpoint-metrics.ts';
import { ebsNaming } from '../../../pipeline/exporters/prometheus/namings/ebs.ts';
import { kubeletNaming } from '../../../pipeline/exporters/prometheus/namings/kubelet.ts';
import { pvDiskUsageNaming } from '../../../pipeline/exporters/prometheus/namings/pv-disk-usage.ts';
import { familyRules } from '../../../pipeline/exporters/prometheus/namings/table.ts';
import { queueMetrics } from '../../../pipeline/exporters/sending-queue/metrics.ts';
import { driftMetrics } from '../../../pipeline/processors/kubernetes/drift/drift-telemetry.ts';
import { ownerMetrics } from '../../../pipeline/processors/kubernetes/self-telemetry.ts';
import { serviceMetrics } from '../../../pipeline/service.ts';
import { apiMetrics } from '../../../pipeline/telemetry/api-metrics.ts';
import { processMetrics } from '../../../pipeline/telemetry/process-metrics.ts';
import { receiverOwnMetrics } from '../../../receiver/nvme/self-telemetry.ts';
import type { OwnMetric } from '../../../receiver/own-metric.ts';
import { usageOwnMetrics } from '../../../receiver/volume-usage/self-telemetry.ts';
import { groups } from '../../../deploy/alerts/groups.ts';
import { isAlert } from '../../../deploy/alerts/rule.ts';
import { ownName } from '../grafana/node-double.ts';

/** Every name that a rule or a documented query may ask for, from the tables in the code. */

const ownTables: readonly Readonly<Record<string, OwnMetric>>[] = [
  receiverOwnMetrics,
  usageOwnMetrics,
  exporterMetrics,
  queueMetrics,
  endpointMetrics,
  serviceMetrics,
  apiMetrics,
  ownerMetrics,
  driftMetrics,
  processMetrics,
];

const namesOf = (name: string, type: string): readonly string[] =>
  type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];

export const pageNames: ReadonlySet<string> = new Set([
  'target_info',
  ...[ebsNaming, pvDiskUsageNaming, kubeletNaming]
    .flatMap(familyRules)
    .flatMap(({ name, type }) => namesOf(name, type)),
  ...ownTables
    .flatMap((table) => Object.values(table))
    .flatMap((metric) => namesOf(ownName(metric), metric.type)),
]);

export const recordedNames: ReadonlySet<string> = new Set(
  groups.flatMap(({ rules }) => rules.flatMap((rule) => (isAlert(rule) ? [] : rule.record))),
);

/** Prometheus says it of each target. */
export const prometheusNames: ReadonlySet<string> = new Set(['up']);
