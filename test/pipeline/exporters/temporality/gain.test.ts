import { expect } from 'chai';
import fc from 'fast-check';
import { counterArithmetic, histogramArithmetic } from '../../../../pipeline/exporters/temporality/gain.ts';
import { histogramValue } from '../../../fixtures/metrics.ts';

const { gain } = counterArithmetic;

/** A double as a whole number of the smallest double: exact, however small or large. */
function exact(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  return exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n);
}

/** The distance to the next double, in the same unit. */
function unitInTheLastPlace(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const exponent = (view.getBigUint64(0) >> 52n) & 0x7ffn;
  return exponent === 0n ? 1n : 1n << (exponent - 1n);
}

const absolute = (value: bigint): bigint => (value < 0n ? -value : value);

/** What a counter is read as over its life. */
function gainsOf(values: readonly number[]): number[] {
  return values.slice(1).map((value, index) => gain(values[index]!, value) ?? Number.NaN);
}

const rising = (value: fc.Arbitrary<number>) =>
  fc
    .array(value, { minLength: 2, maxLength: 300, size: 'max' })
    .map((values) => values.sort((a, b) => a - b));
const anyDouble = fc.double({ min: 0, max: 1e300, noNaN: true });
const seconds = fc.nat({ max: 2 ** 31 - 1 }).map((micros) => micros / 1e6);
/** Small steps on a large value: what a counter of seconds is like after a year. */
const stepsOnTop = fc
  .tuple(
    fc.double({ min: 0, max: 1e10, noNaN: true }),
    fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 300, size: 'max' }),
  )
  .map(([first, steps]) => {
    let value = first;
    return [first, ...steps.map((each) => (value += each))];
  });

describe('the gains of a counter', () => {
  it('are exact in whole numbers', () => {
    const whole = fc.nat({ max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(rising(whole), (values) => {
        const sum = gainsOf(values).reduce((total, each) => total + each, 0);
        expect(sum).to.equal(values.at(-1)! - values[0]!);
      }),
    );
  });

  for (const [what, values] of [
    ['any doubles', rising(anyDouble)],
    ['seconds', rising(seconds)],
    ['small steps on a large value', stepsOnTop],
  ] as const) {
    it(`add up to the change within one unit in the last place: ${what}`, () => {
      fc.assert(
        fc.property(values, (read) => {
          const sum = gainsOf(read).reduce((total, each) => total + exact(each), 0n);
          const off = absolute(sum - (exact(read.at(-1)!) - exact(read[0]!)));
          expect(off <= unitInTheLastPlace(read.at(-1)!)).to.equal(true);
        }),
        { numRuns: 300 },
      );
    });

    it(`can be added up one after the other, as a backend does, within four: ${what}`, () => {
      fc.assert(
        fc.property(values, (read) => {
          const sum = gainsOf(read).reduce((total, each) => total + each, 0);
          const off = absolute(exact(sum) - (exact(read.at(-1)!) - exact(read[0]!)));
          expect(off <= 4n * unitInTheLastPlace(read.at(-1)!)).to.equal(true);
        }),
        { numRuns: 300 },
      );
    });
  }

  it('stay that exact where some of them are held back and sent together', () => {
    fc.assert(
      fc.property(stepsOnTop, fc.infiniteStream(fc.boolean()), (read, takenOver) => {
        let owed = 0;
        let sum = 0n;
        for (const each of gainsOf(read)) {
          owed = counterArithmetic.add(owed, each);
          if (takenOver.next().value !== true) continue;
          sum += exact(owed);
          owed = 0;
        }
        const off = absolute(sum + exact(owed) - (exact(read.at(-1)!) - exact(read[0]!)));
        expect(off <= 4n * unitInTheLastPlace(read.at(-1)!)).to.equal(true);
      }),
      { numRuns: 300 },
    );
  });

  it('end where the counter goes down', () => {
    expect(gain(5, 3)).to.equal(undefined);
    expect(gain(5, 5)).to.equal(0);
  });

  it('are nothing where they are zero', () => {
    expect([0, -0, 1e-300, 1].map(counterArithmetic.isNothing)).to.deep.equal([true, true, false, false]);
  });

  it('are not made of what is no number', () => {
    expect([0, 1.5, Number.NaN, Infinity].map(counterArithmetic.isUsable)).to.deep.equal([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('the gains of a histogram', () => {
  const bounds = [0.001, 0.01];
  const before = histogramValue(bounds, [1, 2, 3], 0.5);

  it('are those of its count, its sum and each bucket', () => {
    const now = histogramValue([...bounds], [1, 4, 6], 0.75);
    expect(histogramArithmetic.gain(before, now)).to.deep.equal(histogramValue(bounds, [0, 2, 3], 0.25));
  });

  it('are nothing where its buckets are the same object', () => {
    const { buckets, count } = before;
    const gained = histogramArithmetic.gain(before, { buckets, count, sum: 0.5 })!;
    expect(gained).to.deep.equal(histogramValue(bounds, [0, 0, 0], 0));
    expect(histogramArithmetic.isNothing(gained)).to.equal(true);
    expect(histogramArithmetic.isNothing(histogramValue(bounds, [0, 0, 0]))).to.equal(true);
    expect(histogramArithmetic.isNothing(histogramValue(bounds, [0, 0, 0], 0.1))).to.equal(false);
    expect(histogramArithmetic.isNothing(histogramValue(bounds, [0, 2, 0], 0))).to.equal(false);
  });

  it('have a sum where both have one', () => {
    const without = histogramValue(bounds, [1, 2, 4]);
    const gained = histogramValue(bounds, [0, 0, 1]);
    expect(histogramArithmetic.gain(before, without)).to.deep.equal(gained);
    expect(histogramArithmetic.gain(histogramValue(bounds, [1, 2, 3]), { ...without, sum: 1 })).to.deep.equal(
      gained,
    );
    for (const [a, b] of [
      [before, gained],
      [gained, before],
    ] as const)
      expect(histogramArithmetic.add(a, b)).to.deep.equal(histogramValue(bounds, [1, 2, 4]));
  });

  it('leave out the extremes, which are not those of the interval', () => {
    const extremes = { min: 0.0005, max: 0.2 };
    const now = { ...histogramValue(bounds, [1, 4, 6], 0.75), ...extremes };
    expect(histogramArithmetic.whole(now)).to.deep.equal(histogramValue(bounds, [1, 4, 6], 0.75));
    expect(histogramArithmetic.gain(before, now)).not.to.have.any.keys('min', 'max');
  });

  it('end where a bucket goes down, or the sum', () => {
    expect(histogramArithmetic.gain(before, histogramValue(bounds, [0, 9, 9], 0.5))).to.equal(undefined);
    expect(histogramArithmetic.gain(before, histogramValue(bounds, [2, 2, 2], 0.5))).to.equal(undefined);
    expect(histogramArithmetic.gain(before, histogramValue(bounds, [1, 2, 3], 0.25))).to.equal(undefined);
  });

  it('believe a bucket that rose, however far', () => {
    const far = histogramValue(bounds, [2 ** 32 + 3, 2, 3], 0.5);
    expect(histogramArithmetic.gain(before, far)?.buckets.counts).to.deep.equal([2 ** 32 + 2, 0, 0]);
  });

  it('take a bin that fell for one that wrapped where that is less than half of the way', () => {
    const empty = histogramValue(bounds, [0, 0, 0], 0.5);
    const half = (more: number) => histogramValue(bounds, [2 ** 31 + more, 0, 0], 0.5);
    expect(histogramArithmetic.gain(half(0), empty)).to.equal(undefined);
    expect(histogramArithmetic.gain(half(1), empty)?.count).to.equal(2 ** 31 - 1);
  });

  it('go on through a bin that wraps at 2^32, as after a restart', () => {
    // The process before had unwrapped it; this one starts with what the page holds.
    const unwrapped = histogramValue(bounds, [2 ** 33 + 7, 0, 0], 0.5);
    const page = histogramValue(bounds, [12, 0, 0], 0.75);
    expect(histogramArithmetic.gain(unwrapped, page)).to.deep.equal(histogramValue(bounds, [5, 0, 0], 0.25));
  });

  it('are in one bucket where the bounds are others: nobody knows how they were distributed', () => {
    const now = histogramValue([0.002], [4, 6], 0.75);
    const gained = histogramValue([], [4], 0.25);
    expect(histogramArithmetic.gain(before, now)).to.deep.equal(gained);
    expect(histogramArithmetic.add(gained, histogramValue([0.002], [0, 1], 0.25))).to.deep.equal(
      histogramValue([], [5], 0.5),
    );
    const oneIsOther = histogramValue([0.001, 0.02], [1, 2, 4], 0.75);
    expect(histogramArithmetic.gain(before, oneIsOther)?.buckets.boundaries).to.deep.equal([]);
    const prefix = histogramValue([0.001], [1, 7], 0.75);
    expect(histogramArithmetic.gain(before, prefix)?.buckets).to.deep.equal({ boundaries: [], counts: [2] });
    expect(histogramArithmetic.gain(before, histogramValue([0.002], [1, 0], 0.75))).to.equal(undefined);
  });

  it('add up bucket by bucket', () => {
    expect(histogramArithmetic.add(before, before)).to.deep.equal(histogramValue(bounds, [2, 4, 6], 1));
  });

  it('are not made of what is no number', () => {
    expect(histogramArithmetic.isUsable(before)).to.equal(true);
    expect(histogramArithmetic.isUsable({ ...before, sum: Number.NaN })).to.equal(false);
    expect(histogramArithmetic.isUsable({ ...before, count: Infinity })).to.equal(false);
  });
});
