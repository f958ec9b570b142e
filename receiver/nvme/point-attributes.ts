import type { Attributes } from '@opentelemetry/api';
import type { Attachment } from './attachment.ts';

export interface PointAttributesRegister {
  /**
   * Joins a point's own attributes with those of its attachment. The same two objects in give the same object out:
   * exporters keep by identity what they made of a point's attributes.
   */
  of(attachment: Attachment, own: Attributes): Attributes;
  /** Whose attributes these are that `of` gave. */
  attachmentOf(attributes: Attributes): Attachment;
}

export function createPointAttributes(): PointAttributesRegister {
  const cache = new WeakMap<Attachment, WeakMap<Attributes, Attributes>>();
  const attachments = new WeakMap<Attributes, Attachment>();
  return {
    of(attachment, own) {
      let known = cache.get(attachment);
      if (known === undefined) cache.set(attachment, (known = new WeakMap()));
      let joined = known.get(own);
      if (joined === undefined) {
        known.set(own, (joined = { ...attachment.identity, ...own }));
        attachments.set(joined, attachment);
      }
      return joined;
    },
    attachmentOf(attributes) {
      const attachment = attachments.get(attributes);
      if (attachment === undefined) throw new Error('these are the attributes of no attachment');
      return attachment;
    },
  };
}
