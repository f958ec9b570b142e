import { expect } from 'chai';
import fc from 'fast-check';
import { createPace, jittered } from '../../../../../pipeline/processors/kubernetes/api/pace.ts';

const paceAt = (clock: { nowMs: number }, requestsPerSecond = 2, burst = 3) =>
  createPace({ requestsPerSecond, burst, nowMs: () => clock.nowMs, random: () => 0 });

describe('the pace of requests', () => {
  it('allows a few at once and then so many a second', () => {
    const clock = { nowMs: 0 };
    const pace = paceAt(clock);
    for (let request = 0; request < 3; request++) {
      expect(pace.waitMs()).to.equal(0);
      pace.take();
    }
    expect(pace.waitMs()).to.equal(500);
    clock.nowMs = 500;
    expect(pace.waitMs()).to.equal(0);
  });

  it('never lets more through than it allows', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 50, noNaN: true }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 200 }),
        (perSecond, burst, pausesMs) => {
          const clock = { nowMs: 0 };
          const pace = paceAt(clock, perSecond, burst);
          let taken = 0;
          for (const pauseMs of pausesMs) {
            clock.nowMs += pauseMs;
            if (pace.waitMs() > 0) continue;
            pace.take();
            taken += 1;
          }
          expect(taken).to.be.at.most(burst + (clock.nowMs / 1000) * perSecond + 1e-3);
        },
      ),
    );
  });

  it('waits twice as long after each failure, at most five minutes, and not at all once all is well', () => {
    const clock = { nowMs: 0 };
    const pace = paceAt(clock, 50, 100);
    const waitsMs = Array.from({ length: 12 }, () => {
      pace.failed();
      return pace.waitMs();
    });
    expect(waitsMs.slice(0, 3)).to.deep.equal([500, 1000, 2000]);
    expect(Math.max(...waitsMs)).to.equal(150_000);
    pace.succeeded();
    pace.failed();
    expect(pace.waitMs()).to.equal(500);
  });

  it('comes back no sooner than it was asked to', () => {
    const pace = paceAt({ nowMs: 0 });
    pace.failed(30_000);
    expect(pace.waitMs()).to.equal(30_000);
  });

  it('spreads what comes again and again', () => {
    expect([0, 0.5, 1].map((random) => jittered(1000, () => random))).to.deep.equal([900, 1000, 1100]);
  });
});
