import { expect } from 'chai';
import fc from 'fast-check';
import { hrTimeOf } from '../../receiver/hr-time.ts';

describe('a time of OpenTelemetry', () => {
  it('is whole seconds and the nanoseconds of the rest', () => {
    expect(hrTimeOf(1_767_225_600_250)).to.deep.equal([1_767_225_600, 250_000_000]);
    fc.assert(
      fc.property(fc.double({ min: 1e12, max: 4e12, noNaN: true }), (epochMs) => {
        const [seconds, nanoseconds] = hrTimeOf(epochMs);
        expect(seconds).to.satisfy(Number.isInteger);
        expect(nanoseconds).to.satisfy(Number.isInteger).and.be.within(0, 999_999_999);
        // Half a nanosecond of rounding, and what a double of this size cannot tell.
        expect(seconds * 1000 + nanoseconds / 1e6).to.be.closeTo(epochMs, 0.001);
      }),
    );
  });
});
