import { numberLength, writeNumber } from './digits.ts';
import type { PageBuffer, PageBuffers } from './page-buffers.ts';
import type { PageDraft } from './page-draft.ts';

/**
 * A page as bytes, written anew from what it was: between two scrapes its text is the same but for the numbers. What
 * lies between two numbers that change their length is copied in one piece, and of the numbers those are written that
 * are not what they were.
 */
export interface PageText {
  /** The page as it is. */
  latest(): PageBuffer;
  /** @param numbers of the next page, in their order */
  write(numbers: Float64Array): PageBuffer;
}

export function createPageText(draft: Omit<PageDraft, 'numbersOf'>, buffers: PageBuffers): PageText {
  const { textLengths } = draft;
  const count = textLengths.length - 1;
  /** The page as it is: its bytes, the lengths of its numbers, and the numbers. */
  let page = buffers.take(draft.bytes.length);
  draft.bytes.copy(page.bytes);
  let lengths = draft.numberLengths;
  const current = draft.numbers;
  /** Of the next page. */
  let newLengths = new Uint8Array(count);

  /** Gives the size of the next page. */
  const measure = (numbers: Float64Array): number => {
    let size = page.bytes.length;
    for (let i = 0; i < count; i++) {
      const number = numbers[i] ?? NaN;
      const length = lengths[i] ?? 0;
      const newLength = number === current[i] ? length : numberLength(number);
      newLengths[i] = newLength;
      size += newLength - length;
    }
    return size;
  };

  const copyText = (bytes: Buffer, into: Buffer) => {
    let runStart = 0;
    let from = 0;
    let to = 0;
    const copyRun = () => {
      bytes.copy(into, to, runStart, from);
      to += from - runStart;
    };
    for (let i = 0; i < count; i++) {
      const length = lengths[i] ?? 0;
      const newLength = newLengths[i] ?? 0;
      from += textLengths[i] ?? 0;
      if (newLength !== length) {
        copyRun();
        to += newLength;
        runStart = from + length;
      }
      from += length;
    }
    from = bytes.length;
    copyRun();
  };

  const writeNumbers = (numbers: Float64Array, into: Buffer) => {
    let at = 0;
    for (let i = 0; i < count; i++) {
      const number = numbers[i] ?? NaN;
      const length = newLengths[i] ?? 0;
      at += textLengths[i] ?? 0;
      if (number !== current[i]) {
        writeNumber(into, at, length, number);
        current[i] = number;
      }
      at += length;
    }
  };

  return {
    latest: () => page,
    write(numbers) {
      const next = buffers.take(measure(numbers));
      copyText(page.bytes, next.bytes);
      writeNumbers(numbers, next.bytes);
      page = next;
      [lengths, newLengths] = [newLengths, lengths];
      return page;
    },
  };
}
