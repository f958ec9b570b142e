import { expect } from 'chai';
import fc from 'fast-check';
import {
  binMicros,
  latencyDistribution,
  upperBoundsMicros,
} from '../../../../receiver/nvme/simulate/latency-distribution.ts';

const median = fc.double({ min: 1, max: 1e8, noNaN: true });

describe('a latency distribution', () => {
  it('has the 28 bins of real volumes', () => {
    expect([...upperBoundsMicros.subarray(0, 4)]).to.deep.equal([1, 2, 4, 8]);
    expect(upperBoundsMicros).to.have.length(28);
    expect(upperBoundsMicros[26]).to.equal(2 ** 26);
    expect(upperBoundsMicros[27]).to.equal(Infinity);
  });

  it('has shares that add up to 1, none below 0, all between its first and its last bin', () => {
    fc.assert(
      fc.property(median, (micros) => {
        const { shares, firstBin, lastBin } = latencyDistribution(micros);
        expect(shares.reduce((sum, share) => sum + share, 0)).to.be.closeTo(1, 1e-12);
        shares.forEach((share, bin) => {
          expect(share).to.be.at.least(0);
          if (bin < firstBin || bin > lastBin) expect(share).to.equal(0);
        });
      }),
    );
  });

  it('has the mean of its bins, and a higher one for a higher median', () => {
    let lastMean = 0;
    for (let micros = 4; micros < 1e7; micros *= 2) {
      const { shares, meanMicros } = latencyDistribution(micros);
      const mean = shares.reduce((sum, share, bin) => sum + share * (binMicros[bin] ?? 0), 0);
      expect(meanMicros).to.be.closeTo(mean, mean * 1e-9);
      expect(meanMicros).to.be.above(lastMean);
      lastMean = meanMicros;
    }
  });

  it('has half of the operations below the median', () => {
    for (const micros of [64, 1024, 16384]) {
      const { shares } = latencyDistribution(micros);
      const below = shares.reduce(
        (sum, share, bin) => sum + ((upperBoundsMicros[bin] ?? 0) <= micros ? share : 0),
        0,
      );
      expect(below).to.be.closeTo(0.5, 0.02);
    }
  });
});
