import { createServer, type IncomingMessage } from 'node:http';
import { listenOnLoopback } from '../../fixtures/loopback-server.ts';
import type { KubernetesObject } from './manifests.ts';

/** An API server of a plain cluster, as far as kubectl asks it: it knows a few kinds, and keeps what it is given. */
export interface ApiServer {
  readonly url: string;
  /** `POST /apis/apps/v1/…` and the like, in order; what only reads is left out. */
  readonly writes: readonly string[];
  readonly objects: ReadonlyMap<string, KubernetesObject>;
  close(): Promise<void>;
}

interface Kind {
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

const groups: Readonly<Record<string, readonly Kind[]>> = {
  v1: [
    { kind: 'Namespace', plural: 'namespaces', namespaced: false },
    { kind: 'ServiceAccount', plural: 'serviceaccounts', namespaced: true },
    { kind: 'ConfigMap', plural: 'configmaps', namespaced: true },
    { kind: 'Secret', plural: 'secrets', namespaced: true },
    { kind: 'Service', plural: 'services', namespaced: true },
  ],
  'apps/v1': [
    { kind: 'DaemonSet', plural: 'daemonsets', namespaced: true },
    { kind: 'Deployment', plural: 'deployments', namespaced: true },
  ],
  'policy/v1': [{ kind: 'PodDisruptionBudget', plural: 'poddisruptionbudgets', namespaced: true }],
  'rbac.authorization.k8s.io/v1': [
    { kind: 'ClusterRole', plural: 'clusterroles', namespaced: false },
    { kind: 'ClusterRoleBinding', plural: 'clusterrolebindings', namespaced: false },
    { kind: 'Role', plural: 'roles', namespaced: true },
    { kind: 'RoleBinding', plural: 'rolebindings', namespaced: true },
  ],
};

function discovery(path: string): object | undefined {
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') {
    const named = Object.keys(groups).filter((group) => group.includes('/'));
    return {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: named.map((groupVersion) => {
        const [name = '', version = ''] = groupVersion.split('/');
        const only = { groupVersion, version };
        return { name, versions: [only], preferredVersion: only };
      }),
    };
  }
  const groupVersion = path.replace(/^\/apis?\//, '');
  const resources = groups[groupVersion]?.map(({ kind, plural, namespaced }) => ({
    name: plural,
    singularName: kind.toLowerCase(),
    kind,
    namespaced,
    verbs: ['create', 'delete', 'get', 'patch'],
  }));
  return resources && { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** As RFC 7386 has it: strategic merges differ in lists of objects, which nothing here changes. */
function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const onto = typeof target === 'object' && target !== null ? target : {};
  const changed = Object.entries(patch).map(([key, value]): [string, unknown] => [
    key,
    merged((onto as Readonly<Record<string, unknown>>)[key], value),
  ]);
  return Object.fromEntries(
    Object.entries({ ...onto, ...Object.fromEntries(changed) }).filter(([, value]) => value !== null),
  );
}

const notFound = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 };

export async function startApiServer(): Promise<ApiServer> {
  const writes: string[] = [];
  const objects = new Map<string, KubernetesObject>();

  const answer = (method: string, path: string, body: string): readonly [number, object] => {
    const known = discovery(path);
    if (known !== undefined) return [200, known];
    if (method === 'GET') {
      const object = objects.get(path);
      return object === undefined ? [404, notFound] : [200, object];
    }
    writes.push(`${method} ${path}`);
    if (method === 'DELETE') {
      return objects.delete(path)
        ? [200, { kind: 'Status', apiVersion: 'v1', status: 'Success' }]
        : [404, notFound];
    }
    if (method === 'PATCH') {
      const object = objects.get(path);
      if (object === undefined) return [404, notFound];
      const patched = merged(object, JSON.parse(body)) as KubernetesObject;
      objects.set(path, patched);
      return [200, patched];
    }
    if (method !== 'POST') return [405, notFound];
    const object = JSON.parse(body) as KubernetesObject;
    const isKnown = groups[object.apiVersion]?.some(({ kind }) => kind === object.kind) === true;
    if (!isKnown) return [404, notFound];
    objects.set(`${path}/${object.metadata.name}`, object);
    return [201, object];
  };

  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const [status, object] = answer(request.method ?? 'GET', pathname, body);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(object));
    });
  });
  const { port, close } = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${port}`,
    writes,
    objects,
    close,
  };
}
