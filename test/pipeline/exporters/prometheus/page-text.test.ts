import { expect } from 'chai';
import fc from 'fast-check';
import { sampleValue } from '../../../../pipeline/exporters/prometheus/numbers.ts';
import { createPageBuffers } from '../../../../pipeline/exporters/prometheus/page-buffers.ts';
import { createDraftWriter, type PageDraft } from '../../../../pipeline/exporters/prometheus/page-draft.ts';
import { createPageText } from '../../../../pipeline/exporters/prometheus/page-text.ts';

const noValues = new Float64Array(0);

/** A page of these texts with a number between each two. */
function draftOf(texts: readonly string[], numbers: readonly number[]): PageDraft {
  const writer = createDraftWriter(noValues);
  texts.forEach((text, i) => {
    writer.text(text);
    const number = numbers[i];
    if (i === texts.length - 1 || number === undefined) return;
    writer.source(1, (_, into, at) => {
      into[at] = number;
      return at + 1;
    });
    writer.number();
  });
  return writer.draft();
}

function joined(texts: readonly string[], numbers: readonly number[]): string {
  return texts
    .map((text, i) => (i === texts.length - 1 ? text : text + sampleValue(numbers[i] ?? NaN)))
    .join('');
}

/** The numbers as a page has them that was made of one with zeros in their places. */
function written(numbers: readonly number[]): string[] {
  const texts = Array.from({ length: numbers.length + 1 }, () => '\n');
  const page = createPageText(
    draftOf(
      texts,
      numbers.map(() => 0),
    ),
    createPageBuffers(),
  );
  return page.write(Float64Array.from(numbers)).bytes.toString('latin1').trim().split('\n');
}

const whole = fc.oneof(fc.nat(100), fc.maxSafeNat(), fc.maxSafeInteger());
const anyBits = fc
  .bigInt({ min: 0n, max: 2n ** 64n - 1n })
  .map((bits) => new Float64Array(BigUint64Array.of(bits).buffer)[0] ?? NaN);
const decimal = fc
  .tuple(fc.maxSafeInteger(), fc.integer({ min: 0, max: 30 }))
  .map(([digits, scale]) => digits / 10 ** scale);
const micros = fc.oneof(fc.nat(), fc.maxSafeNat()).map((count) => count / 1e6);
const subnormal = fc
  .bigInt({ min: 1n, max: 2n ** 52n - 1n })
  .map((bits) => new Float64Array(BigUint64Array.of(bits).buffer)[0] ?? NaN);
const nearPower = fc
  .tuple(
    fc.constantFrom(2 ** 53, 1e15, 1e8, 1e9, 1e16, 1e20, 1e21, 1e22, 1e-5, 1e-6, 1e-7, 1e-8),
    fc.integer({ min: -4, max: 4 }),
    fc.constantFrom(1, -1),
  )
  .map(([power, steps, sign]) => sign * power * (1 + steps * Number.EPSILON));
const named = fc.constantFrom(NaN, -0, Infinity, -Infinity, Number.MAX_VALUE, Number.MIN_VALUE);
const number = fc.oneof(
  whole,
  micros,
  decimal,
  fc.double(),
  fc.float(),
  anyBits,
  subnormal,
  nearPower,
  named,
);

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.string({ minLength: 60, maxLength: 200 }),
);
const pages = fc.array(text, { minLength: 1, maxLength: 20 }).chain((texts) =>
  fc.tuple(
    fc.constant(texts),
    fc.array(fc.array(number, { minLength: texts.length - 1, maxLength: texts.length - 1 }), {
      minLength: 1,
      maxLength: 6,
    }),
  ),
);
/** As UTF-8 has it: half of a surrogate pair is U+FFFD. */
const asBytes = (page: string) => Buffer.from(page, 'utf8').toString('utf8');

describe('the text of a page', () => {
  it('is first as it was drafted, and then the same text with other numbers, whatever both are', () => {
    fc.assert(
      fc.property(pages, ([texts, [first = [], ...later]]) => {
        const page = createPageText(draftOf(texts, first), createPageBuffers());
        expect(page.latest().bytes.toString('utf8')).to.equal(asBytes(joined(texts, first)));
        for (const numbers of later) {
          const { bytes } = page.write(Float64Array.from(numbers));
          expect(bytes.toString('utf8')).to.equal(asBytes(joined(texts, numbers)));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('may be long', () => {
    const texts = Array.from({ length: 3_000 }, (_, i) => `größe{n="${i}"} `.repeat((i % 5) + 1));
    const numbers = (factor: number) => texts.slice(1).map((_, i) => i ** factor);
    const page = createPageText(draftOf(texts, numbers(1)), createPageBuffers());
    expect(page.latest().bytes.toString('utf8')).to.equal(joined(texts, numbers(1)));
    for (const factor of [3, 2, 4, 0]) {
      const { bytes } = page.write(Float64Array.from(numbers(factor)));
      expect(bytes.toString('utf8')).to.equal(joined(texts, numbers(factor)));
    }
  });

  it('leaves the page before as it is', () => {
    const page = createPageText(draftOf(['a ', '\nb ', '\n'], [1, 2]), createPageBuffers());
    const before = page.latest();
    before.hold();
    for (let i = 0; i < 3; i++) page.write(Float64Array.of(1e9 * i, NaN)).hold();
    expect(before.bytes.toString('utf8')).to.equal('a 1\nb 2\n');
  });

  it('takes as many numbers as it has', () => {
    const page = createPageText(draftOf(['a ', '\nb ', '\n'], [1, 2]), createPageBuffers());
    expect(() => page.write(Float64Array.of(1))).to.throw(
      TypeError,
      'a page of 2 numbers cannot be written with 1',
    );
    expect(() => page.write(Float64Array.of(1, 2, 3))).to.throw(TypeError, 'with 3');
    expect(page.write(Float64Array.of(3, 4)).bytes.toString('utf8')).to.equal('a 3\nb 4\n');
  });

  it('has the lengths that its draft says', () => {
    const draft = draftOf(['a ', '\n'], [1]);
    const wrong: readonly Partial<PageDraft>[] = [
      { bytes: draft.bytes.subarray(1) },
      { textLengths: Int32Array.of(2, 2) },
      { textLengths: Int32Array.of(3) },
      { numberLengths: Uint8Array.of() },
      { numberLengths: Uint8Array.of(2) },
    ];
    for (const part of wrong) {
      expect(() => createPageText({ ...draft, ...part }, createPageBuffers())).to.throw(
        TypeError,
        /^a draft of \d bytes has/,
      );
    }
  });
});

describe('numbers on a page', () => {
  it('are spelled as text would spell them', () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 100 }), (numbers) => {
        expect(written(numbers)).to.deep.equal(numbers.map(sampleValue));
      }),
      { numRuns: 500 },
    );
  });

  // https://tc39.es/ecma262/#sec-numeric-types-number-tostring
  it('are spelled so as every power of two and of ten, and as those beside them', () => {
    const twos = Array.from({ length: 2_098 }, (_, i) => 2 ** (i - 1_074));
    const tens = Array.from({ length: 632 }, (_, i) => Number(`1e${i - 323}`));
    const numbers = [...twos, ...tens].flatMap((power) => [
      power,
      power * (1 + Number.EPSILON),
      power * (1 - Number.EPSILON / 2),
      power - 1,
      power + 1,
      -power,
    ]);
    expect(written(numbers)).to.deep.equal(numbers.map(sampleValue));
  });

  it('are spelled so as seconds of any number of microseconds', () => {
    const numbers = Array.from({ length: 6 * 15 }, (_, i) => (i % 6) + 10 ** Math.floor(i / 6) - 3).flatMap(
      (count) => [count / 1e6, (count * 11) / 1e6, (count * 1000) / 1e6],
    );
    expect(written(numbers)).to.deep.equal(numbers.map(sampleValue));
  });
});
