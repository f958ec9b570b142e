import { expect } from 'chai';
import { fitLine, summarize } from './statistics.ts';

describe('the statistics of the benchmarks', () => {
  it('takes the middle of samples in any order', () => {
    expect(summarize([9, 1, 5])).to.deep.equal({
      median: 5,
      lowerQuartile: 3,
      upperQuartile: 7,
      samples: 3,
    });
  });

  it('takes the middle between two where there is none', () => {
    expect(summarize([4, 1, 2, 100]).median).to.equal(3);
  });

  it('finds the line that points lie on', () => {
    expect(
      fitLine([
        [1, 5],
        [2, 7],
        [10, 23],
      ]),
    ).to.deep.equal({ intercept: 3, slope: 2, rSquared: 1 });
  });

  it('says how far points lie off their line', () => {
    const { slope, rSquared } = fitLine([
      [0, 0],
      [1, 3],
      [2, 0],
      [3, 3],
    ]);
    expect(slope).to.be.closeTo(0.6, 1e-12);
    expect(rSquared).to.be.closeTo(0.2, 1e-12);
  });

  it('finds a level line through points of one height', () => {
    expect(
      fitLine([
        [1, 4],
        [2, 4],
      ]),
    ).to.deep.equal({ intercept: 4, slope: 0, rSquared: 1 });
  });
});
