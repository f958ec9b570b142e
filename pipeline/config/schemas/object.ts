import { findEntry, isNull, type Entry, type Node } from '../node.ts';
import { suggestion } from '../suggestion.ts';
import {
  accepted,
  reject,
  rejected,
  rejectNode,
  within,
  type FieldReference,
  type Outcome,
  type Place,
  type Printable,
  type Schema,
} from './schema.ts';

/** A key of a map. */
export interface Field<T> {
  readonly schema: Schema<T>;
  /** Absent where the key must be given. */
  readonly default?: { readonly value: T };
  readonly description: string;
}

export type Shape = Readonly<Record<string, Field<unknown>>>;
type FieldValue<F> = F extends { readonly schema: Schema<infer T> } ? T : never;
export type Values<S extends Shape> = { readonly [K in keyof S]: FieldValue<S[K]> };

interface CrossCheck {
  readonly keys: readonly string[];
  readonly rule: (values: Readonly<Record<string, unknown>>) => string | undefined;
}

export interface ObjectSchema<S extends Shape> extends Schema<Values<S>> {
  readonly shape: S;
  readonly foreign: ForeignKeys;
  readonly checks: readonly CrossCheck[];
}

/** A key that may be left out. */
export const field = <T>(schema: Schema<T>, defaultValue: NoInfer<T>, description: string): Field<T> => ({
  schema,
  default: { value: defaultValue },
  description,
});

/** A key that must be given. */
export const required = <T>(schema: Schema<T>, description: string): Field<T> => ({ schema, description });

/** A map whose keys all have defaults of their own. */
export function section<S extends Shape>(schema: ObjectSchema<S>, description: string): Field<Values<S>> {
  return field<Values<S>>(schema, defaultsOf(schema), description);
}

/** @throws where a key has no default: a mistake in the program */
export function defaultsOf<S extends Shape>(schema: ObjectSchema<S>): Values<S> {
  const entries = Object.entries(schema.shape).map(([key, { default: fallback }]) => {
    if (fallback === undefined) throw new Error(`the key ${key} has no default`);
    return [key, fallback.value];
  });
  return Object.fromEntries(entries) as Values<S>;
}

/** Keys that people may try because the OpenTelemetry Collector has them, and what to do instead. */
export type ForeignKeys = Readonly<Record<string, string>>;

/** A map of known keys. Unknown ones are problems; nothing, and a key with nothing, stand for the defaults. */
export function object<const S extends Shape>(shape: S, foreign: ForeignKeys = {}): ObjectSchema<S> {
  return build(shape, foreign, []);
}

/**
 * The same map with a rule between keys. `keys` are what the rule reads, so that it speaks even while other keys are
 * wrong; the problem stands at the first of them that was written.
 */
export function refine<S extends Shape, K extends keyof S & string>(
  schema: ObjectSchema<S>,
  keys: readonly [K, ...K[]],
  rule: (values: Pick<Values<S>, K>) => string | undefined,
): ObjectSchema<S> {
  // The rule runs only on values that the schemas of its keys gave.
  const check = { keys, rule: (values: object) => rule(values as Pick<Values<S>, K>) };
  return build(schema.shape, schema.foreign, [...schema.checks, check]);
}

function build<S extends Shape>(
  shape: S,
  foreign: ForeignKeys,
  checks: readonly CrossCheck[],
): ObjectSchema<S> {
  const keys = Object.keys(shape);
  const parse = (node: Node, place: Place): Outcome<Values<S>> => {
    if (node.kind !== 'mapping' && !isNull(node)) {
      return rejectNode(place, node, `a map with the keys ${keys.join(', ')}`);
    }
    const entries = node.kind === 'mapping' ? node.entries : [];
    const known = entries.filter((entry) => !reportUnknown(entry, keys, foreign, place));
    const values: Record<string, unknown> = {};
    for (const [key, { schema, default: fallback }] of Object.entries(shape)) {
      const entry = known.find((candidate) => candidate.key === key);
      const outcome = parseField(key, entry, schema, fallback, place);
      if (outcome.ok) values[key] = outcome.value;
    }
    const kept = checks.filter((check) => !breaks(check, values, node, place)).length;
    const whole =
      known.length === entries.length && kept === checks.length && Object.keys(values).length === keys.length;
    return whole ? accepted(values as Values<S>) : rejected;
  };
  const show = (values: Values<S>): Printable =>
    Object.fromEntries(Object.entries(shape).map(([key, { schema }]) => [key, schema.show(values[key])]));
  return {
    type: 'map',
    expected: 'a map',
    fields: keys.map((key) => reference(key, shape)),
    shape,
    foreign,
    checks,
    parse,
    show,
  };
}

function reportUnknown(
  { key, keyLocation }: Entry,
  keys: readonly string[],
  foreign: ForeignKeys,
  place: Place,
): boolean {
  if (keys.includes(key)) return false;
  const where = [place.path, place.owner].filter((part) => part !== '').join(' of ');
  const advice = Object.hasOwn(foreign, key) ? `: ${foreign[key]}` : suggestion(key, keys);
  const message = `unknown key ${JSON.stringify(key)}${where && ` in ${where}`}${advice}`;
  place.report({ location: keyLocation, message });
  return true;
}

function parseField<T>(
  key: string,
  entry: Entry | undefined,
  schema: Schema<T>,
  fallback: { readonly value: T } | undefined,
  place: Place,
): Outcome<T> {
  if (entry !== undefined && !isNull(entry.value)) {
    return schema.parse(entry.value, within(place, key, entry.keyLocation));
  }
  if (fallback !== undefined) return accepted(fallback.value);
  const at = entry?.keyLocation ?? place.location;
  return reject(place, at, `${JSON.stringify(key)} is missing: expected ${schema.expected}`);
}

function breaks(
  check: CrossCheck,
  values: Readonly<Record<string, unknown>>,
  node: Node,
  place: Place,
): boolean {
  if (!check.keys.every((key) => Object.hasOwn(values, key))) return false;
  const wrong = check.rule(values);
  if (wrong === undefined) return false;
  const entry = check.keys.map((key) => findEntry(node, key)).find((candidate) => candidate !== undefined);
  reject(place, entry?.value.location ?? place.location, wrong);
  return true;
}

function reference(key: string, shape: Shape): FieldReference {
  const { schema, default: fallback, description } = shape[key] as Field<unknown>;
  return {
    key,
    type: schema.type,
    required: fallback === undefined,
    default: fallback === undefined ? undefined : schema.show(fallback.value),
    description,
    fields: schema.fields,
  };
}
