import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';

/** Kubernetes objects as files and tools give them, and the tools. */

export const root = join(import.meta.dirname, '../../..');
export const chart = 'deploy/helm/ebs-nvme-collector';

/** An object of any kind; what else it has is for the test that looks at it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Manifests right in a folder, as paths from the root, in the order in which kubectl takes them. */
export function manifestsIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder))
    .filter((name) => /\.(?:ya?ml|json)$/.test(name))
    .toSorted()
    .map((name) => join(folder, name));
}

export function objectsOf(yaml: string): readonly KubernetesObject[] {
  return (loadAll(yaml) as readonly (KubernetesObject | null)[]).filter((object) => object !== null);
}

export const objectsIn = (folder: string): readonly KubernetesObject[] =>
  manifestsIn(folder).flatMap((path) => objectsOf(textOf(path)));

export const nameOf = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata.name}`;

let tools: string | undefined;

/** kubectl, helm and validate; built when they are first asked for. */
export function prepareTools(): string {
  const script = join(root, 'test/install-go-tools.sh');
  return (tools ??= execFileSync(script, ['deploy-tools'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim());
}

/** Building them takes minutes, where they are not in the cache. */
export const buildTimeoutMs = 900_000;

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function run(tool: 'kubectl' | 'helm' | 'validate', args: readonly string[], input = ''): Finished {
  const { status, stdout, stderr } = spawnSync(join(prepareTools(), tool), args, {
    cwd: root,
    input,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { code: status, stdout, stderr };
}

/** @throws with what the tool says where it fails */
export function outputOf(...command: Parameters<typeof run>): string {
  const { code, stdout, stderr } = run(...command);
  if (code !== 0) throw new Error(`${command[0]} ${command[1].join(' ')} failed:\n${stderr}`);
  return stdout;
}

/** The chart, as it would be installed. @param settings `--set` and the like */
export function template(...settings: readonly string[]): Finished {
  const version = ['--kube-version', '1.31.0'];
  return run('helm', [
    'template',
    'node-volumes',
    chart,
    '-n',
    'ebs-nvme-collector',
    ...version,
    ...settings,
  ]);
}

export function rendered(...settings: readonly string[]): readonly KubernetesObject[] {
  const { code, stdout, stderr } = template(...settings);
  if (code !== 0) throw new Error(stderr);
  return objectsOf(stdout);
}
