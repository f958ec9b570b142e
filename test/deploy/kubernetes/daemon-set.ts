import type { KubernetesObject } from './manifests.ts';

/** Of a DaemonSet what tests look at; that the rest is right, the strict validation says. */

export interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string | number; readonly scheme?: string };
}

export interface Mount {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
  readonly mountPropagation?: string;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly resources: { readonly requests: Resources; readonly limits: Resources };
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly volumeMounts: readonly Mount[];
}

export type Resources = Readonly<Record<string, string>>;

export interface Volume {
  readonly name: string;
  readonly hostPath?: { readonly path: string; readonly type: string };
  readonly configMap?: { readonly name: string };
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
  readonly [field: string]: unknown;
}

export interface DaemonSet extends KubernetesObject {
  readonly spec: {
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly updateStrategy: { readonly type: string };
    readonly template: {
      readonly metadata: KubernetesObject['metadata'];
      readonly spec: PodSpec;
    };
  };
}

export function daemonSetOf(objects: readonly KubernetesObject[]): DaemonSet {
  const found = objects.find(({ kind }) => kind === 'DaemonSet');
  if (found === undefined) throw new Error('there is no DaemonSet');
  return found as DaemonSet;
}

export function containerOf({ spec }: DaemonSet, name: string): Container {
  const found = spec.template.spec.containers.find((container) => container.name === name);
  if (found === undefined) throw new Error(`there is no container ${name}`);
  return found;
}

/** The collector's configuration in a ConfigMap. */
export function configurationOf(objects: readonly KubernetesObject[]): string {
  const data = objects.find(({ kind }) => kind === 'ConfigMap')?.['data'];
  const text = (data as Readonly<Record<string, string>> | undefined)?.['collector.yaml'];
  if (text === undefined) throw new Error('there is no ConfigMap with collector.yaml');
  return text;
}
