import { sampleValue } from './numbers.ts';

/** A page that was written line by line, and where its numbers are and come from. */
export interface PageDraft {
  readonly bytes: Buffer;
  /** Bytes of text before each number, and after the last: one more than there are numbers. */
  readonly textLengths: Int32Array;
  readonly numbers: Float64Array;
  readonly numberLengths: Uint8Array<ArrayBuffer>;
  /** Finds the numbers among the values of another collection of the same layout. */
  readonly numbersOf: (values: Float64Array, into: Float64Array) => void;
}

/** Writes numbers that follow each other on the page, from `at` on; gives the place after them. */
export type NumberSource = (values: Float64Array, into: Float64Array, at: number) => number;

export interface DraftWriter {
  text(text: string): void;
  /** Where the next numbers come from, of which there are `count`. */
  source(count: number, source: NumberSource): void;
  /** The next number of the sources goes here. */
  number(): void;
  draft(): PageDraft;
}

/** A UTF-16 unit makes at most three bytes of UTF-8. */
const maxBytesPerUnit = 3;
/** Written piece by piece: V8 would build a page of strings once more as one. */
const pieceUnits = 16_384;
const firstBytes = 65_536;
const firstNumbers = 512;

/** Made apart from the writer, so that what outlives it does not keep its buffer alive. */
function inTurn(sources: readonly NumberSource[]): PageDraft['numbersOf'] {
  return (values, into) => {
    let at = 0;
    sources.forEach((source) => (at = source(values, into, at)));
  };
}

/** @param values of the collection that the draft is of */
export function createDraftWriter(values: Float64Array): DraftWriter {
  let buffer = Buffer.allocUnsafeSlow(firstBytes);
  let length = 0;
  let pending = '';
  /** Where the text before the next number begins, in `pending`. */
  let textStart = 0;
  let firstPending = 0;
  const textLengths: number[] = [];
  const numberLengths: number[] = [];
  let numbers = new Float64Array(firstNumbers);
  let known = 0;
  const sources: NumberSource[] = [];
  let next = 0;
  let last = 0;
  let lastText = '0';

  const countBytes = () => {
    let at = 0;
    for (let i = firstPending; i < textLengths.length; i++) {
      const units = textLengths[i] ?? 0;
      textLengths[i] = Buffer.byteLength(pending.slice(at, at + units));
      at += units + (numberLengths[i] ?? 0);
    }
  };

  const flush = () => {
    const neededBytes = length + pending.length * maxBytesPerUnit;
    if (neededBytes > buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(neededBytes, buffer.length * 2));
      buffer.copy(larger, 0, 0, length);
      buffer = larger;
    }
    const writtenBytes = buffer.write(pending, length, 'utf8');
    if (writtenBytes !== pending.length) countBytes();
    length += writtenBytes;
    pending = '';
    textStart = 0;
    firstPending = textLengths.length;
  };

  return {
    text(text) {
      pending += text;
    },
    source(count, source) {
      sources.push(source);
      if (known + count > numbers.length) {
        const larger = new Float64Array((known + count) * 2);
        larger.set(numbers);
        numbers = larger;
      }
      known = source(values, numbers, known);
    },
    number() {
      const value = numbers[next++] ?? NaN;
      if (value !== last) {
        last = value;
        lastText = sampleValue(value);
      }
      textLengths.push(pending.length - textStart);
      numberLengths.push(lastText.length);
      pending += lastText;
      textStart = pending.length;
      if (textStart > pieceUnits) flush();
    },
    draft() {
      textLengths.push(pending.length - textStart);
      flush();
      return {
        bytes: buffer.subarray(0, length),
        textLengths: new Int32Array(textLengths),
        numbers: numbers.slice(0, known),
        numberLengths: new Uint8Array(numberLengths),
        numbersOf: inTurn(sources),
      };
    },
  };
}
