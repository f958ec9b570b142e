import type { Attributes } from '@opentelemetry/api';
import { field, object, oneOf, optional, refine, required, string, type Infer } from '../config/schema.ts';

/** The Collector's actions on attributes, the same for a resource's and a data point's. */

export const attributeActionSchema = refine(
  object({
    key: required(string(), 'The attribute.'),
    action: required(
      oneOf(['insert', 'update', 'upsert', 'delete']),
      '`insert` where it is absent, `update` where it is there, `upsert` either way, `delete`.',
    ),
    value: field(optional(string()), undefined, 'The value to give it.'),
    from_attribute: field(
      optional(string()),
      undefined,
      'The attribute to copy the value from, where that is there.',
    ),
  }),
  ['action', 'value', 'from_attribute'],
  ({ action, value, from_attribute }) => {
    const sources = [value, from_attribute].filter((source) => source !== undefined).length;
    if (action === 'delete')
      return sources === 0 ? undefined : 'delete takes neither value nor from_attribute';
    return sources === 1 ? undefined : `${action} takes one of value and from_attribute`;
  },
);

export type AttributeAction = Infer<typeof attributeActionSchema>;

/** Applies the actions in order. Gives the same object back where they change nothing. */
export function applyActions(attributes: Attributes, actions: readonly AttributeAction[]): Attributes {
  return actions.reduce(applyAction, attributes);
}

function applyAction(
  attributes: Attributes,
  { key, action, value, from_attribute }: AttributeAction,
): Attributes {
  const present = Object.hasOwn(attributes, key);
  if (action === 'delete') {
    if (!present) return attributes;
    const { [key]: _deleted, ...rest } = attributes;
    return rest;
  }
  if (action !== 'upsert' && present !== (action === 'update')) return attributes;
  const next = value ?? (from_attribute === undefined ? undefined : attributes[from_attribute]);
  return next === undefined || next === attributes[key] ? attributes : { ...attributes, [key]: next };
}
