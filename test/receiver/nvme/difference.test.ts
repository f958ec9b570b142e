import { expect } from 'chai';
import fc from 'fast-check';
import {
  binGain,
  binGains,
  counterNames,
  difference,
  sameBounds,
} from '../../../receiver/nvme/difference.ts';
import { bins, statistics } from '../../fixtures/volumes.ts';

const counter = fc.integer({ min: 0, max: 2 ** 52 });
const u32 = 2 ** 32;

describe('the difference between two readings', () => {
  it('is what each counter rose by', () => {
    const change = difference(
      statistics({ readOperations: 5, readBytes: 100 }),
      statistics({ readOperations: 9, readBytes: 4196 }),
    );
    expect(change).to.include({ reset: false, readOperations: 4, readBytes: 4096, writeBytes: 0 });
  });

  for (const name of counterNames) {
    it(`is a reset when ${name} went down, whatever the others did`, () => {
      const before = statistics({ [name]: 10 });
      const after = statistics({
        ...Object.fromEntries(counterNames.map((other) => [other, 20])),
        [name]: 9,
      });
      expect(difference(before, after)).to.deep.equal({ reset: true, startedOver: true });
    });
  }

  it('does not take a queue that became shorter for a reset', () => {
    expect(difference(statistics({ queueLength: 9 }), statistics({ queueLength: 1 })).reset).to.equal(false);
  });

  it('unwraps a bin that passed 2^32', () => {
    const change = difference(
      statistics({ readOperations: 10, readLatency: bins(u32 - 3, 7, 0) }),
      statistics({ readOperations: 20, readLatency: bins(2, 12, 0) }),
    );
    expect(change.reset === false && [...change.readLatency.counts]).to.deep.equal([5, 5, 0]);
  });

  for (const latency of ['readLatency', 'writeLatency'] as const) {
    it(`is a reset when a bin of ${latency} fell that cannot have wrapped`, () => {
      const before = statistics({ [latency]: bins(1000, 0, 0) });
      expect(difference(before, statistics({ [latency]: bins(10, 0, 0) }))).to.deep.equal({
        reset: true,
        startedOver: true,
      });
    });

    it(`has nothing to subtract when the bins of ${latency} are others than before, though nothing started over`, () => {
      const before = statistics({ [latency]: bins(1, 2, 3) });
      const otherBounds = { ...bins(1, 2, 3), upperBoundsMicros: Float64Array.of(1, 3, Infinity) };
      for (const other of [bins(1, 2), otherBounds]) {
        expect(difference(before, statistics({ [latency]: other }))).to.deep.equal({
          reset: true,
          startedOver: false,
        });
      }
    });
  }

  it('believes a bin that rose, however far and whatever was completed', () => {
    expect(binGain(0, u32 - 1, 0)).to.equal(u32 - 1);
  });

  it('takes a bin that fell for one that wrapped where that is less than half of the way', () => {
    expect(binGain(u32 / 2 + 1, 0, 0)).to.equal(u32 / 2 - 1);
    expect(binGain(u32 / 2, 0, 0)).to.equal(undefined);
    expect(binGain(u32 / 2, 0, u32 / 2)).to.equal(u32 / 2);
  });

  it('knows bounds that begin as others do, and go on, from those', () => {
    expect(sameBounds(Float64Array.of(1, 2), Float64Array.of(1, 2, 4))).to.equal(false);
    expect(sameBounds(Float64Array.of(1, 2, 4), Float64Array.of(1, 2, 4))).to.equal(true);
  });

  it('believes a bin that wrapped far when the volume completed as many operations', () => {
    const before = statistics({ writeOperations: 0, writeLatency: bins(1000, 0, 0) });
    const after = statistics({ writeOperations: u32, writeLatency: bins(10, 0, 0) });
    const change = difference(before, after);
    expect(change.reset === false && change.writeLatency.counts[0]).to.equal(u32 - 990);
  });

  it('says that the counters started over where the bins are others too', () => {
    const before = statistics({
      readOperations: 9,
      readLatency: bins(1, 2, 3),
      writeLatency: bins(1000, 0, 0),
    });
    const fallen = statistics({ readOperations: 8, readLatency: bins(1, 2), writeLatency: bins(1000, 0, 0) });
    const fallenBin = statistics({ readOperations: 9, readLatency: bins(1, 2), writeLatency: bins(1, 0, 0) });
    for (const after of [fallen, fallenBin]) {
      expect(difference(before, after)).to.deep.equal({ reset: true, startedOver: true });
    }
  });

  it('adds up: counters of any history give the last reading again', () => {
    fc.assert(
      fc.property(
        counter,
        fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { maxLength: 20 }),
        (first, rises) => {
          let current = statistics({ writeBytes: first });
          let total = first;
          for (const rise of rises) {
            const next = statistics({ writeBytes: current.writeBytes + rise });
            const change = difference(current, next);
            if (change.reset) throw new Error('a rise is no reset');
            total += change.writeBytes;
            current = next;
          }
          expect(total).to.equal(current.writeBytes);
        },
      ),
    );
  });

  it('never gives a negative gain, and adds up over any number of wraps', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: u32 - 1 }), { minLength: 1, maxLength: 50 }),
        (gains) => {
          let trueCount = 0;
          let unwrapped = 0;
          for (const gain of gains) {
            const before = bins(trueCount % u32);
            trueCount += gain;
            const gained = binGains(before, bins(trueCount % u32), gain)?.[0];
            expect(gained).to.equal(gain);
            unwrapped += gained ?? NaN;
          }
          expect(unwrapped).to.equal(trueCount);
        },
      ),
    );
  });

  it('gives no negative number for any two readings', () => {
    const any = fc.record({
      readOperations: counter,
      readTimeMicros: counter,
      instanceIopsExceededMicros: counter,
    });
    fc.assert(
      fc.property(any, any, (a, b) => {
        const change = difference(statistics(a), statistics(b));
        if (change.reset) return;
        for (const name of counterNames) expect(change[name]).to.be.at.least(0);
      }),
    );
  });
});
