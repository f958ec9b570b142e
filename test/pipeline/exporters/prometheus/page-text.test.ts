import { expect } from 'chai';
import fc from 'fast-check';
import { sampleValue } from '../../../../pipeline/exporters/prometheus/numbers.ts';
import { createPageBuffers } from '../../../../pipeline/exporters/prometheus/page-buffers.ts';
import { createDraftWriter, type PageDraft } from '../../../../pipeline/exporters/prometheus/page-draft.ts';
import { createPageText } from '../../../../pipeline/exporters/prometheus/page-text.ts';

const noPoints = { numbers: [], histograms: [] };

/** A page of these texts with a number between each two. */
function draftOf(texts: readonly string[], numbers: readonly number[]): PageDraft {
  const writer = createDraftWriter(noPoints);
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

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));
const number = fc.oneof(fc.nat(100), fc.maxSafeNat(), fc.double(), fc.constant(NaN));
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
});
