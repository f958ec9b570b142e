import type { KubernetesObject } from '../kubernetes/manifests.ts';
import type { Role } from './discovered-target.ts';

/**
 * What the Prometheus operator makes of a monitor, as far as labels go: pkg/prometheus/promcfg.go, whose tests have it
 * written out (testdata/HonorLabelsOverriding.golden, EnforcedNamespaceLabelServiceMonitor_Expected.golden).
 * https://github.com/prometheus-operator/prometheus-operator/tree/main/pkg/prometheus
 */

interface Relabeling {
  readonly sourceLabels?: readonly string[];
  readonly targetLabel?: string;
  readonly regex?: string;
  readonly replacement?: string;
  readonly action?: string;
}

interface Endpoint {
  readonly port: string;
  readonly path: string;
  readonly honorLabels?: boolean;
  readonly relabelings?: readonly Relabeling[];
}

interface MonitorSpec {
  readonly jobLabel: string;
  readonly endpoints?: readonly Endpoint[];
  readonly podMetricsEndpoints?: readonly Endpoint[];
}

interface Discovery {
  readonly role: Role;
  readonly namespaces: { readonly names: readonly (string | undefined)[] };
}

/** Of Prometheus' own configuration. */
export interface ScrapeConfig {
  readonly job_name: string;
  readonly honor_labels: boolean;
  readonly metrics_path: string;
  readonly kubernetes_sd_configs: readonly [Discovery];
  readonly relabel_configs: readonly object[];
  readonly metric_relabel_configs?: readonly object[];
}

/** How the operator treats monitors of people whom it does not trust, as that of OpenShift's user workloads does. */
export interface Enforcement {
  readonly namespaceLabel: string;
  readonly overridesHonorLabels: boolean;
}

const snakeCase = (relabeling: Relabeling): object =>
  Object.fromEntries(
    Object.entries(relabeling).map(([key, value]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );

const label = (source: string, target: string): object => ({ source_labels: [source], target_label: target });
const keep = (source: string, regex: string): object => ({ action: 'keep', source_labels: [source], regex });
const meta = (name: string): string => `__meta_kubernetes_${name}`;
const inMeta = (key: string): string => key.replaceAll(/[^a-zA-Z0-9]/g, '_');

/** The labels that tell targets of a Service apart, and those of pods. */
const discovered = {
  ServiceMonitor: (port: string): readonly object[] => [
    keep(meta('endpointslice_port_name'), port),
    label(meta('namespace'), 'namespace'),
    label(meta('service_name'), 'service'),
    label(meta('pod_name'), 'pod'),
    label(meta('pod_container_name'), 'container'),
    label(meta('service_name'), 'job'),
  ],
  PodMonitor: (port: string): readonly object[] => [
    keep(meta('pod_container_port_name'), port),
    label(meta('namespace'), 'namespace'),
    label(meta('pod_container_name'), 'container'),
    label(meta('pod_name'), 'pod'),
  ],
};

/** @param overrides of the monitor's own settings, to see what would be without them */
export function operatorJob(
  monitor: KubernetesObject,
  overrides: Partial<Endpoint> = {},
  enforcement?: Enforcement,
): ScrapeConfig {
  const { kind, metadata } = monitor;
  if (kind !== 'ServiceMonitor' && kind !== 'PodMonitor') throw new Error(`${kind} is no monitor`);
  const spec = monitor['spec'] as MonitorSpec;
  const [first] = spec.endpoints ?? spec.podMetricsEndpoints ?? [];
  if (first === undefined) throw new Error(`the ${kind} has no endpoint`);
  const { port, path, honorLabels = false, relabelings = [] } = { ...first, ...overrides };
  const enforced =
    enforcement === undefined
      ? []
      : [{ target_label: enforcement.namespaceLabel, replacement: metadata.namespace }];
  const whatHasLabel = kind === 'ServiceMonitor' ? 'service' : 'pod';
  return {
    job_name: `${kind}/${metadata.namespace}/${metadata.name}/0`,
    honor_labels: honorLabels && enforcement?.overridesHonorLabels !== true,
    metrics_path: path,
    kubernetes_sd_configs: [
      {
        role: kind === 'ServiceMonitor' ? 'endpointslice' : 'pod',
        namespaces: { names: [metadata.namespace] },
      },
    ],
    relabel_configs: [
      ...discovered[kind](port),
      { ...label(meta(`${whatHasLabel}_label_${inMeta(spec.jobLabel)}`), 'job'), regex: '(.+)' },
      { target_label: 'endpoint', replacement: port },
      ...relabelings.map(snakeCase),
      ...enforced,
    ],
    metric_relabel_configs: enforced,
  };
}
