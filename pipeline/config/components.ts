import type { Aliases, ComponentKind } from './component-id.ts';
import { parseComponentId } from './component-id.ts';
import { adviceOnType } from './collector-advice.ts';
import { distinctEndpoints } from './endpoints.ts';
import { isNull, type Entry } from './node.ts';
import type { Problem, Report } from './problem.ts';
import { accepted, rejected, rejectNode, type Infer, type Schema } from './schemas/schema.ts';
import { closest } from './suggestion.ts';

export type SchemasByType = Readonly<Record<string, Schema<unknown>>>;

/** What there is to configure: a schema for each type of component. */
export interface ComponentSchemas {
  readonly receivers: SchemasByType;
  readonly processors: SchemasByType;
  readonly exporters: SchemasByType;
  /** Other names for types, by kind. */
  readonly aliases?: Readonly<Partial<Record<ComponentKind, Aliases>>>;
}

/** A configured component; which type it has tells which configuration. */
export type Component<S extends SchemasByType = SchemasByType> = {
  [T in keyof S & string]: { readonly id: string; readonly type: T; readonly config: Infer<S[T]> };
}[keyof S & string];

/** A component whose configuration is right, and where it was written. */
export interface Configured {
  readonly component: Component;
  readonly schema: Schema<unknown>;
  readonly entry: Entry;
}

export type ComponentMap = ReadonlyMap<string, Component>;

/** The map under `receivers`, `processors` or `exporters`: components by id. */
export function components(
  kind: ComponentKind,
  types: SchemasByType,
  aliases: Aliases = {},
): Schema<ComponentMap> {
  const expected = `a map of ${kind}s like {${Object.keys(types)[0] ?? kind}: {}}`;
  return {
    type: `map of ${kind}s`,
    expected,
    fields: [],
    parse: (node, place) => {
      if (isNull(node)) return accepted(new Map());
      if (node.kind !== 'mapping') return rejectNode(place, node, expected);
      const configured = new Map<string, Configured>();
      const written = new Map<string, Entry>();
      let whole = true;
      for (const entry of node.entries) {
        const id = parseComponentId(entry.key, aliases)?.id ?? entry.key;
        const first = written.get(id);
        written.set(id, first ?? entry);
        if (first !== undefined) place.report(sameComponent(kind, entry, first));
        const made = configure(kind, types, aliases, entry, place.report);
        if (made === undefined || first !== undefined) whole = false;
        else configured.set(id, made);
      }
      const distinct = kind !== 'exporter' || distinctEndpoints([...configured.values()], place.report);
      if (!whole || !distinct) return rejected;
      return accepted(new Map([...configured].map(([id, { component }]) => [id, component])));
    },
    show: (map) =>
      Object.fromEntries([...map].map(([id, { type, config }]) => [id, types[type]?.show(config) ?? {}])),
  };
}

function configure(
  kind: ComponentKind,
  types: SchemasByType,
  aliases: Aliases,
  entry: Entry,
  report: Report,
): Configured | undefined {
  const { key, keyLocation, value } = entry;
  const parsed = parseComponentId(key, aliases);
  if (parsed === undefined) {
    const message = `${JSON.stringify(key)} cannot be the id of a ${kind}: expected type or type/name`;
    report({ location: keyLocation, message });
    return undefined;
  }
  const { id, type } = parsed;
  const schema = Object.hasOwn(types, type) ? types[type] : undefined;
  if (schema === undefined) {
    const known = Object.keys(types);
    const advice = adviceOnType(kind, type, closest(type, known));
    const list = advice === '' ? `; known: ${known.join(', ')}` : `${advice} (known: ${known.join(', ')})`;
    const message = `unknown ${kind} type ${JSON.stringify(type)}${list}`;
    report({ location: keyLocation, message });
    return undefined;
  }
  const outcome = schema.parse(value, { owner: `${kind} ${id}`, path: '', location: keyLocation, report });
  return outcome.ok ? { component: { id, type, config: outcome.value }, schema, entry } : undefined;
}

function sameComponent(kind: ComponentKind, { key, keyLocation }: Entry, first: Entry): Problem {
  const message = `${kind} ${key} is the same as ${first.key}: give one of them a name, ${first.key}/NAME`;
  return { location: keyLocation, message };
}
