import type { Configured } from './components.ts';
import { findEntry } from './node.ts';
import type { Report } from './problem.ts';
import { formatHostPort, parseHostPort, type HostPort } from './schemas/network.ts';

const everyInterface: ReadonlySet<string> = new Set(['', '0.0.0.0', '::']);

/** Port 0 is a free one each time, and never taken. */
function collide(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port || a.port === 0) return false;
  return a.host === b.host || everyInterface.has(a.host) || everyInterface.has(b.host);
}

/** Where a Prometheus exporter listens. */
function listensOn({ component, schema }: Configured): HostPort | undefined {
  const shown = component.type === 'prometheus' ? schema.show(component.config) : undefined;
  const endpoint = typeof shown === 'object' && 'endpoint' in shown ? shown.endpoint : undefined;
  return typeof endpoint === 'string' ? parseHostPort(endpoint) : undefined;
}

/** Reports exporters that would listen where another one does; true where there are none. */
export function distinctEndpoints(exporters: readonly Configured[], report: Report): boolean {
  const taken: { readonly id: string; readonly endpoint: HostPort }[] = [];
  let distinct = true;
  for (const exporter of exporters) {
    const endpoint = listensOn(exporter);
    if (endpoint === undefined) continue;
    const { id } = exporter.component;
    const other = taken.find((earlier) => collide(earlier.endpoint, endpoint));
    taken.push({ id, endpoint });
    if (other === undefined) continue;
    distinct = false;
    const { entry } = exporter;
    const location = findEntry(entry.value, 'endpoint')?.value.location ?? entry.keyLocation;
    const message = `endpoint: ${formatHostPort(endpoint)} is taken by exporter ${other.id}: give exporter ${id} another port`;
    report({ location, message });
  }
  return distinct;
}
