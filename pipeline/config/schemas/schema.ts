import { describeNode, type Node } from '../node.ts';
import type { Location, Report } from '../problem.ts';

/** Where a value stands, for messages. */
export interface Place {
  /** What it belongs to: `exporter otlphttp/grafana`; empty for the configuration as a whole. */
  readonly owner: string;
  /** Where in its owner: `tls.ca_file`, `devices.include[1]`; empty for the owner's whole configuration. */
  readonly path: string;
  /** Of the key that the value belongs to. */
  readonly location: Location;
  readonly report: Report;
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false };

export const accepted = <T>(value: T): Outcome<T> => ({ ok: true, value });
/** The problem was reported where it was found. */
export const rejected: { readonly ok: false } = { ok: false };

/** What can be written as YAML or JSON again. Undefined is left out. */
export type Printable =
  string | number | boolean | undefined | readonly Printable[] | { readonly [key: string]: Printable };

/** A key, for the reference. */
export interface FieldReference {
  readonly key: string;
  readonly type: string;
  readonly required: boolean;
  /** Undefined where absence is the default. */
  readonly default: Printable;
  readonly description: string;
  readonly fields: readonly FieldReference[];
}

/** Turns a located node into a value of type T, documents what it takes, and prints what it gave. */
export interface Schema<T> {
  /** For the reference: `duration`, `list of string`. */
  readonly type: string;
  /** For the end of `expected`: `a duration like 10s or 1m30s`. */
  readonly expected: string;
  /** Keys of the map, or of the maps in the list. */
  readonly fields: readonly FieldReference[];
  /** Reports every problem it finds; never throws. */
  parse(node: Node, place: Place): Outcome<T>;
  /** Secrets hidden. */
  show(value: T): Printable;
}

export type Infer<S> = S extends { parse(node: Node, place: Place): Outcome<infer T> } ? T : never;

export function within(place: Place, key: string | number, location: Location): Place {
  const path =
    typeof key === 'number' ? `${place.path}[${key}]` : place.path === '' ? key : `${place.path}.${key}`;
  return { ...place, path, location };
}

/** `tls.ca_file: expected …`, at the value. */
export function reject(place: Place, location: Location, message: string): { readonly ok: false } {
  const subject = place.path === '' ? place.owner : place.path;
  place.report({ location, message: subject === '' ? message : `${subject}: ${message}` });
  return rejected;
}

export function rejectNode(place: Place, node: Node, expected: string, hint = ''): { readonly ok: false } {
  if (node.kind === 'scalar' && node.unresolved) return rejected;
  return reject(place, node.location, `expected ${expected} but received ${describeNode(node)}${hint}`);
}

/** The same schema with a rule of its own: `rule` gives what is wrong with a value, or undefined. */
export function checked<T>(schema: Schema<T>, rule: (value: T) => string | undefined): Schema<T> {
  return {
    type: schema.type,
    expected: schema.expected,
    fields: schema.fields,
    show: (value) => schema.show(value),
    parse: (node, place) => {
      const outcome = schema.parse(node, place);
      if (!outcome.ok) return outcome;
      const wrong = rule(outcome.value);
      return wrong === undefined ? outcome : reject(place, node.location, wrong);
    },
  };
}
