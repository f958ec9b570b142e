import { expect } from 'chai';
import fc from 'fast-check';
import { hash, wander } from '../../../../receiver/nvme/simulate/noise.ts';

describe('noise', () => {
  it('gives the same value for the same place and lies in [0, 1)', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.integer(), (seed, stream, index) => {
        const value = hash(seed, stream, index);
        expect(value)
          .to.equal(hash(seed, stream, index))
          .and.to.be.within(0, 1)
          .and.below(1);
      }),
    );
  });

  it('is spread evenly', () => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let index = 0; index < 10_000; index++) {
      const tenth = Math.floor(hash(1, 2, index) * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(count).to.be.within(850, 1150);
  });

  it('wanders between -1 and 1 without jumps, and repeats', () => {
    const period = 200;
    for (let step = 0; step < period; step++) {
      const here = wander(1, 0, step, 25, period);
      const next = wander(1, 0, (step + 1) % period, 25, period);
      expect(here).to.be.within(-1, 1);
      expect(Math.abs(next - here)).to.be.below(0.15);
    }
  });
});
