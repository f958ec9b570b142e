import { isNull, type Entry, type MappingNode, type Node } from './node.ts';
import type { Location } from './problem.ts';

/** Changes of a tree, each giving a new tree. */

export const emptyMapping = (location: Location): MappingNode => ({ kind: 'mapping', entries: [], location });

/** The node under a path of keys; undefined where there is nothing, written or not. */
export function findIn(node: Node | undefined, path: readonly string[]): Node | undefined {
  if (node === undefined || isNull(node)) return undefined;
  const [key, ...rest] = path;
  if (key === undefined) return node;
  return node.kind === 'mapping'
    ? findIn(node.entries.find((entry) => entry.key === key)?.value, rest)
    : undefined;
}

/**
 * The tree with `value` under a path of keys; maps on the way are made where there is nothing. Undefined where the way
 * leads through a list or a scalar.
 */
export function setIn(node: Node | undefined, path: readonly string[], value: Node): Node | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const mapping = node === undefined || isNull(node) ? emptyMapping(value.location) : node;
  if (mapping.kind !== 'mapping') return undefined;
  const before = mapping.entries.find((entry) => entry.key === key);
  const changed = setIn(before?.value, rest, value);
  if (changed === undefined) return undefined;
  const entry: Entry = { key, keyLocation: before?.keyLocation ?? value.location, value: changed };
  const entries =
    before === undefined
      ? [...mapping.entries, entry]
      : mapping.entries.map((each) => (each === before ? entry : each));
  return { ...mapping, entries };
}

/** The same, where nothing is there yet. */
export function fillIn(node: Node, path: readonly string[], value: Node): Node {
  return findIn(node, path) === undefined ? (setIn(node, path, value) ?? node) : node;
}
