import { expandTree, type Environment } from './expand.ts';
import { scalarNode, type Node } from './node.ts';
import type { Problem } from './problem.ts';
import { parseYaml } from './yaml.ts';

/** A value for a key, from the command line. */
export interface Override {
  readonly path: readonly string[];
  readonly value: Node;
}

/**
 * Reads KEY=VALUE. KEY is a path with dots (`\.` for a dot in a key); VALUE is one plain scalar as it stands, or YAML
 * where it begins like a quoted string, a list or a map.
 */
export async function parseOverride(
  text: string,
  env: Environment,
): Promise<{ readonly override?: Override; readonly problems: readonly Problem[] }> {
  const equals = text.indexOf('=');
  const key = equals < 0 ? text : text.slice(0, equals);
  const location = { source: `--set ${key}` };
  const path = key.split(/(?<!\\)\./).map((part) => part.replaceAll('\\.', '.'));
  if (equals < 0 || path.includes('')) {
    const message = 'expected KEY=VALUE like receivers.nvme.min_interval=2s';
    return { problems: [{ location, message }] };
  }
  const written = text.slice(equals + 1);
  const { root, problems } = /^\s*[[{"']/.test(written)
    ? await parseYaml(written, () => location)
    : { root: scalarNode(written, location), problems: [] };
  if (root === undefined) return { problems };
  const found = [...problems];
  const value = expandTree(root, env, (problem) => found.push(problem));
  return { override: { path, value }, problems: found };
}
