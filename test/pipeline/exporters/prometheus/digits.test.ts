import { expect } from 'chai';
import fc from 'fast-check';
import { numberLength, writeNumber } from '../../../../pipeline/exporters/prometheus/digits.ts';
import { sampleValue } from '../../../../pipeline/exporters/prometheus/numbers.ts';

/** Written between other bytes, none of which it may touch. */
function written(value: number): string {
  const length = numberLength(value);
  const bytes = Buffer.alloc(length + 2, '|');
  writeNumber(bytes, 1, length, value);
  return bytes.toString('latin1');
}

const values = fc.oneof(
  fc.maxSafeNat(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.float(),
  fc.tuple(fc.maxSafeNat(), fc.integer({ min: 0, max: 18 })).map(([digits, scale]) => digits / 10 ** scale),
  fc.tuple(fc.nat(), fc.integer({ min: -3, max: 3 })).map(([power, near]) => 2 ** (power % 64) + near),
  fc
    .tuple(fc.integer({ min: -7, max: 22 }), fc.integer({ min: -1, max: 1 }))
    .map(([e, near]) => 10 ** e + near),
);

describe('numbers as bytes of the Prometheus page', () => {
  it('are spelled as text would spell them', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(written(value)).to.equal(`|${sampleValue(value)}|`);
      }),
      { numRuns: 5_000 },
    );
  });

  it('are spelled so as seconds of any number of microseconds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(), fc.maxSafeNat()), (micros) => {
        const seconds = micros / 1e6;
        expect(written(seconds)).to.equal(`|${sampleValue(seconds)}|`);
      }),
      { numRuns: 5_000 },
    );
  });

  for (const value of [
    0,
    -0,
    -1,
    9,
    10,
    999_999_999,
    1_000_000_000,
    2 ** 31,
    2 ** 32,
    2 ** 53 - 1,
    2 ** 53,
    1e21,
    1e-6,
    1e-7,
    0.1,
    0.1 + 0.2,
    1.5,
    33.333333,
    999_999_999.999_999,
    1_000_000_000.000_001,
    5e-324,
    Number.MAX_VALUE,
    NaN,
    Infinity,
    -Infinity,
  ]) {
    it(`are spelled so: ${sampleValue(value)}`, () =>
      expect(written(value)).to.equal(`|${sampleValue(value)}|`));
  }
});
