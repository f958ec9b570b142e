import { isNull } from '../node.ts';
import { accepted, rejected, rejectNode, within, type Schema } from './schema.ts';

/** A value, or undefined where nothing was written. */
export function optional<T>(schema: Schema<T>): Schema<T | undefined> {
  return {
    type: schema.type,
    expected: schema.expected,
    fields: schema.fields,
    parse: (node, place) => (isNull(node) ? accepted(undefined) : schema.parse(node, place)),
    show: (value) => (value === undefined ? undefined : schema.show(value)),
  };
}

export function listOf<T>(item: Schema<T>): Schema<readonly T[]> {
  return {
    type: `list of ${item.type}`,
    expected: 'a list like [a, b]',
    fields: item.fields,
    parse: (node, place) => {
      if (node.kind !== 'sequence') return rejectNode(place, node, 'a list like [a, b]');
      const outcomes = node.items.map((each, index) => item.parse(each, within(place, index, each.location)));
      const values = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : []));
      return values.length === outcomes.length ? accepted(values) : rejected;
    },
    show: (values) => values.map((value) => item.show(value)),
  };
}

/** Any keys, values of one kind. */
export function mapOf<T>(item: Schema<T>): Schema<Readonly<Record<string, T>>> {
  return {
    type: `map of ${item.type}`,
    expected: 'a map like {key: value}',
    fields: item.fields,
    parse: (node, place) => {
      if (node.kind !== 'mapping') return rejectNode(place, node, 'a map like {key: value}');
      const outcomes = node.entries.map(({ key, keyLocation, value }) => ({
        key,
        outcome: item.parse(value, within(place, key, keyLocation)),
      }));
      const values = outcomes.flatMap(({ key, outcome }) =>
        outcome.ok ? [[key, outcome.value] as const] : [],
      );
      // fromEntries defines `__proto__` as a key like any other.
      return values.length === outcomes.length ? accepted(Object.fromEntries(values)) : rejected;
    },
    show: (values) =>
      Object.fromEntries(Object.entries(values).map(([key, value]) => [key, item.show(value)])),
  };
}
