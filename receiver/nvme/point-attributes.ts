import type { Attributes } from '@opentelemetry/api';
import type { Attachment } from './attachment.ts';

/**
 * Joins a point's own attributes with those of its attachment. The same two objects in give the same object out:
 * exporters keep by identity what they made of a point's attributes.
 */
export type PointAttributesOf = (attachment: Attachment, own: Attributes) => Attributes;

export function createPointAttributes(): PointAttributesOf {
  const cache = new WeakMap<Attachment, WeakMap<Attributes, Attributes>>();
  return (attachment, own) => {
    let known = cache.get(attachment);
    if (known === undefined) cache.set(attachment, (known = new WeakMap()));
    let joined = known.get(own);
    if (joined === undefined) known.set(own, (joined = { ...attachment.identity, ...own }));
    return joined;
  };
}
