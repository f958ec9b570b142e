import { expect } from 'chai';
import fc from 'fast-check';
import { intervalMs, retryDelayMs } from '../../../../pipeline/exporters/sending-queue/backoff.ts';
import { retryDefaults } from './setup.ts';

describe('the backoff', () => {
  it('grows by the multiplier up to the longest interval', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map((failures) => intervalMs(retryDefaults, failures))).to.deep.equal([
      5000, 7500, 11_250, 16_875, 25_312.5, 30_000, 30_000,
    ]);
    expect(intervalMs(retryDefaults, 1_000_000)).to.equal(30_000);
  });

  it('varies by the randomization factor to both sides', () => {
    expect([0, 0.5, 1].map((random) => retryDelayMs(retryDefaults, 1, random))).to.deep.equal([
      2500, 5000, 7500,
    ]);
    expect(retryDelayMs({ ...retryDefaults, randomization_factor: 0 }, 1, 0.9)).to.equal(5000);
  });

  it('never asks sooner than the backend wants, and later where the interval says so', () => {
    expect(retryDelayMs(retryDefaults, 1, 0.5, 60_000)).to.equal(60_000);
    expect(retryDelayMs(retryDefaults, 1, 0.5, 1000)).to.equal(5000);
  });

  it('is a delay that a timer takes, whatever the backend wants', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, noNaN: true }),
        (failures, random, retryAfterMs) => {
          const delayMs = retryDelayMs(retryDefaults, failures, random, retryAfterMs);
          expect(delayMs).to.be.within(2500, 2 ** 31 - 1);
          expect(delayMs).to.be.at.least(Math.min(retryAfterMs, 2 ** 31 - 1));
          expect(Number.isInteger(delayMs)).to.equal(true);
        },
      ),
    );
  });
});
