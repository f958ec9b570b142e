import { expect } from 'chai';
import fc from 'fast-check';
import { goFloat, openMetricsFloat, sampleValue } from '../../../../pipeline/exporters/prometheus/numbers.ts';

describe('numbers on the Prometheus page', () => {
  // The right column is what Go 1.2x printed for strconv.FormatFloat(v, 'g', -1, 64).
  const go: readonly (readonly [number, string])[] = [
    [0, '0'],
    [1e-6, '1e-06'],
    [6.4e-5, '6.4e-05'],
    [0.0001, '0.0001'],
    [0.000128, '0.000128'],
    [1, '1'],
    [67.108864, '67.108864'],
    [100000, '100000'],
    [999999, '999999'],
    [1e6, '1e+06'],
    [1234567, '1.234567e+06'],
    [1.5e21, '1.5e+21'],
    [-1e-7, '-1e-07'],
    [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [NaN, 'NaN'],
  ];
  for (const [value, text] of go) {
    it(`spells the bound ${value} as Go does: ${text}`, () => expect(goFloat(value)).to.equal(text));
  }

  it('spells whole bounds in OpenMetrics as floating point', () => {
    expect([1, 100000, 1e6, 0.5, Infinity].map(openMetricsFloat)).to.deep.equal([
      '1.0',
      '100000.0',
      '1e+06',
      '0.5',
      '+Inf',
    ]);
  });

  it('reads back every bound as the same double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(goFloat(value))).to.equal(value + 0);
        expect(Number(openMetricsFloat(value))).to.equal(value + 0);
      }),
    );
  });

  it('writes whole values in full, up to what a double holds exactly', () => {
    expect(sampleValue(2 ** 53)).to.equal('9007199254740992');
    expect(sampleValue(Infinity)).to.equal('+Inf');
    expect(sampleValue(NaN)).to.equal('NaN');
  });
});
