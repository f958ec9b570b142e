import type { Location } from './problem.ts';

/** A YAML document as a tree whose parts know where they were written. Scalars are not typed yet: schemas do that. */
export type Node = ScalarNode | SequenceNode | MappingNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  /** After expansion of `${env:…}`. */
  readonly text: string;
  /** Neither quoted nor a block: may be a number, a boolean or null. */
  readonly plain: boolean;
  /** As in the file, where expansion changed it. Messages show this one: what a variable holds may be a secret. */
  readonly written?: string;
  /** Expansion failed, and that was reported: nobody need look further. */
  readonly unresolved?: true;
  readonly location: Location;
}

export interface SequenceNode {
  readonly kind: 'sequence';
  readonly items: readonly Node[];
  readonly location: Location;
}

export interface Entry {
  readonly key: string;
  readonly keyLocation: Location;
  readonly value: Node;
}

export interface MappingNode {
  readonly kind: 'mapping';
  readonly entries: readonly Entry[];
  readonly location: Location;
}

export const scalarNode = (text: string, location: Location, plain = true): ScalarNode => ({
  kind: 'scalar',
  text,
  plain,
  location,
});

export function mappingNode(values: Readonly<Record<string, Node>>, location: Location): MappingNode {
  const entries = Object.entries(values).map(([key, value]) => ({ key, keyLocation: value.location, value }));
  return { kind: 'mapping', entries, location };
}

const nullWords: ReadonlySet<string> = new Set(['', '~', 'null', 'Null', 'NULL']);

/**
 * Nothing was written: the default holds. A variable that is empty counts as nothing, one that holds the word `null`
 * does not: a password may be that.
 */
export function isNull(node: Node): boolean {
  if (node.kind !== 'scalar' || !node.plain) return false;
  return node.written === undefined ? nullWords.has(node.text) : node.text === '';
}

export function findEntry(node: Node | undefined, key: string): Entry | undefined {
  return node?.kind === 'mapping' ? node.entries.find((entry) => entry.key === key) : undefined;
}

/** A name and a password before a host. */
const credentials = /^([a-z]+:\/\/)?.*:.*@/is;

/** What stands there, for the end of `expected … but received …`. */
export function describeNode(node: Node): string {
  if (node.kind === 'sequence') return 'a list';
  if (node.kind === 'mapping') return 'a map';
  if (isNull(node)) return 'nothing';
  if (node.written !== undefined) return `the value of ${JSON.stringify(node.written)}`;
  return JSON.stringify(node.text.replace(credentials, '$1****@'));
}
