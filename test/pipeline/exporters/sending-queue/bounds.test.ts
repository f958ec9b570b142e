import { expect } from 'chai';
import fc from 'fast-check';
import { birthOnClock, excess, outdated } from '../../../../pipeline/exporters/sending-queue/bounds.ts';

const waiting = (...sizes: number[]) => sizes.map((sizeBytes) => ({ sizeBytes, bornMs: 0 }));
const born = (...times: number[]) => times.map((bornMs) => ({ sizeBytes: 1, bornMs }));

describe('the bounds of a queue', () => {
  it('are kept by leaving out the oldest', () => {
    expect(excess(waiting(1, 1, 1), { maxPayloads: 3, maxBytes: 3 })).to.equal(0);
    expect(excess(waiting(1, 1, 1, 1), { maxPayloads: 3, maxBytes: 10 })).to.equal(1);
    expect(excess(waiting(5, 1, 1), { maxPayloads: 3, maxBytes: 2 })).to.equal(1);
    expect(excess(waiting(1, 1, 5), { maxPayloads: 3, maxBytes: 5 })).to.equal(2);
    expect(excess([], { maxPayloads: 1, maxBytes: 1 })).to.equal(0);
  });

  it('leave out no more than they must', () => {
    const limits = fc.record({
      maxPayloads: fc.integer({ min: 1, max: 8 }),
      maxBytes: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 12 }), limits, (sizes, within) => {
        const fits = (kept: readonly number[]) =>
          kept.length <= within.maxPayloads && kept.reduce((sum, size) => sum + size, 0) <= within.maxBytes;
        const count = excess(waiting(...sizes), within);
        expect(fits(sizes.slice(count))).to.equal(true);
        if (count > 0) expect(fits(sizes.slice(count - 1))).to.equal(false);
      }),
    );
  });

  it('of age hold from the oldest to the first that is young enough', () => {
    expect(outdated(born(0, 50, 100), 100, 100)).to.equal(0);
    expect(outdated(born(0, 50, 100), 101, 100)).to.equal(1);
    expect(outdated(born(0, 50, 100), 1000, 100)).to.equal(3);
    expect(outdated(born(500, 0, 600), 1000, 500)).to.equal(0);
  });
});

describe('when something was enqueued', () => {
  const birth = { createdAtMs: 1_000_000, uptimeMs: 5000, bootId: 'a' };

  it('is told by the monotonic clock in the same run of the machine, however the wall clock was set', () => {
    for (const createdAtMs of [0, 1_000_000, 9e12]) {
      expect(birthOnClock(birth, { createdAtMs, uptimeMs: 8000, bootId: 'a' })).to.equal(5000);
    }
  });

  it('is told by the wall clock after a start of the machine', () => {
    expect(birthOnClock(birth, { createdAtMs: 1_060_000, uptimeMs: 100, bootId: 'b' })).to.equal(
      100 - 60_000,
    );
    expect(
      birthOnClock({ ...birth, bootId: '' }, { createdAtMs: 1_060_000, uptimeMs: 100, bootId: '' }),
    ).to.equal(100 - 60_000);
  });

  it('is now where the clock says that it is yet to come', () => {
    expect(birthOnClock(birth, { createdAtMs: 1000, uptimeMs: 100, bootId: 'b' })).to.equal(100);
  });
});
