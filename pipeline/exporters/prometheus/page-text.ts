import { nativeAddon } from '../../../receiver/native-addon.ts';
import type { PageBuffer, PageBuffers } from './page-buffers.ts';
import type { PageDraft } from './page-draft.ts';

/**
 * A page as bytes, written anew from what it was: between two scrapes its text is the same but for the numbers. The addon
 * does it: measured at 128 volumes, in 0.2 ms where JavaScript takes 0.5, and in 0.47 instead of 0.85 after an idle time.
 */
export interface PageText {
  /** The page as it is. */
  latest(): PageBuffer;
  /**
   * @param numbers of the next page, in their order
   * @throws where they are more or fewer than the page has
   */
  write(numbers: Float64Array): PageBuffer;
}

const sum = (lengths: Int32Array | Uint8Array): number => {
  let total = 0;
  for (const length of lengths) total += length;
  return total;
};

/** @throws where the draft's lengths are not those of its bytes */
export function createPageText(
  { bytes, textLengths, numberLengths }: Pick<PageDraft, 'bytes' | 'textLengths' | 'numberLengths'>,
  buffers: PageBuffers,
): PageText {
  const count = numberLengths.length;
  if (textLengths.length !== count + 1 || sum(textLengths) + sum(numberLengths) !== bytes.length) {
    throw new TypeError(
      `a draft of ${bytes.length} bytes has ${textLengths.length} texts of ${sum(textLengths)} bytes and ${count} numbers of ${sum(numberLengths)}`,
    );
  }
  const addon = nativeAddon();
  const text = addon.createPageText(textLengths, numberLengths);
  let page = buffers.take(bytes.length);
  bytes.copy(page.bytes);

  return {
    latest: () => page,
    write(numbers) {
      if (numbers.length !== count) {
        throw new TypeError(`a page of ${count} numbers cannot be written with ${numbers.length}`);
      }
      const next = buffers.take(addon.measurePage(text, numbers));
      addon.writePage(text, page.bytes, next.bytes);
      page = next;
      return page;
    },
  };
}
