import { expect } from 'chai';
import fc from 'fast-check';
import { percentile } from '../../../../pipeline/cli/terminal/percentile.ts';
import { bins } from '../../../fixtures/volumes.ts';

describe('a percentile from bins', () => {
  it('is interpolated within its bin, as histogram_quantile does', () => {
    // Bins [0-1] [1-2] [2-4] [4-max].
    const latency = bins(0, 10, 10, 0);
    expect(percentile(latency, 0.5)).to.deep.equal({ micros: 2, isLowerBound: false });
    expect(percentile(latency, 0.75)).to.deep.equal({ micros: 3, isLowerBound: false });
    expect(percentile(latency, 0.25)).to.deep.equal({ micros: 1.5, isLowerBound: false });
  });

  it('is a lower bound in the bin without an upper one', () => {
    expect(percentile(bins(1, 0, 99), 0.5)).to.deep.equal({ micros: 2, isLowerBound: true });
  });

  it('does not exist without operations', () => {
    expect(percentile(bins(0, 0), 0.5)).to.equal(undefined);
    expect(percentile(bins(), 0.5)).to.equal(undefined);
  });

  it('rises with the share and lies in a bin that has operations', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.nat(1000), { minLength: 2, maxLength: 28 })
          .filter((counts) => counts.some((count) => count > 0)),
        (counts) => {
          const latency = bins(...counts);
          const estimates = [0, 0.1, 0.5, 0.9, 0.99, 1].map(
            (share) => percentile(latency, share)?.micros ?? NaN,
          );
          expect(estimates).to.deep.equal(estimates.toSorted((a, b) => a - b));
          for (const micros of estimates) {
            const isIn = counts.some(
              (count, bin) =>
                count > 0 &&
                micros >= (bin === 0 ? 0 : (latency.upperBoundsMicros[bin - 1] ?? 0)) &&
                micros <= (latency.upperBoundsMicros[bin] ?? 0),
            );
            expect(isIn).to.equal(true);
          }
        },
      ),
    );
  });
});
