import { expect } from 'chai';
import fc from 'fast-check';
import {
  bytes,
  count,
  duration,
  exact,
  mebibytes,
  percent,
  short,
  utc,
} from '../../../../pipeline/cli/terminal/numbers.ts';
import { lookOf } from '../../../../pipeline/cli/terminal/look.ts';
import { createFakeScreen } from '../fake-screen.ts';

const unicode = lookOf(createFakeScreen());
const ascii = lookOf(createFakeScreen({ env: {} }));

describe('numbers for people', () => {
  it('are exact with thousands apart', () => {
    expect([0, 999, 1000, 1234567, 2 ** 64].map(exact)).to.deep.equal([
      '0',
      '999',
      '1,000',
      '1,234,567',
      '18,446,744,073,709,551,616',
    ]);
  });

  it('have three digits where they are short, and no more characters than a column has', () => {
    expect([0, 0.04, 1.25, 9.994, 9.995, 32.81, 99.94, 99.95, 648.4, 12345].map(short)).to.deep.equal([
      '0',
      '0.04',
      '1.25',
      '9.99',
      '10.0',
      '32.8',
      '99.9',
      '100',
      '648',
      '12,345',
    ]);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (value) => {
        expect(short(value)).to.match(/^(\d\.\d\d|\d\d\.\d|\d{1,3}(,\d{3})*)$/);
      }),
    );
  });

  it('count in thousands of thousands', () => {
    expect([0, 889, 999_999, 1_000_000, 412_345_678, 1.48e9].map(count)).to.deep.equal([
      '0',
      '889',
      '999,999',
      '1 M',
      '412 M',
      '1.48 G',
    ]);
  });

  it('take bytes in powers of 1024, as EBS states its limits', () => {
    expect([0, 512, 1023, 1024, 16384, 19936256, 1233915392, 6.75e12].map(bytes)).to.deep.equal([
      '0 B',
      '512 B',
      '1,023 B',
      '1 KiB',
      '16 KiB',
      '19.0 MiB',
      '1.15 GiB',
      '6.14 TiB',
    ]);
    expect(bytes(1024 ** 2 - 1)).to.equal('1.00 MiB');
    expect(mebibytes(125 * 2 ** 20)).to.equal('125');
  });

  it('give a duration the unit it is read in', () => {
    const micros = [0, 612, 999, 1000, 17_400, 999_900, 21_647_790, 90e6, 7200e6, 253_000e6];
    expect(micros.map((value) => duration(value, unicode))).to.deep.equal([
      '0 µs',
      '612 µs',
      '999 µs',
      '1.00 ms',
      '17.4 ms',
      '1.00 s',
      '21.6 s',
      '1.50 min',
      '2.00 h',
      '2.93 d',
    ]);
    expect(duration(612, ascii)).to.equal('612 us');
  });

  it('tell nothing from a little and almost all from all', () => {
    expect([0, 0.0004, 0.001, 0.042, 0.0995, 0.45, 0.994, 0.999, 1].map(percent)).to.deep.equal([
      '0%',
      '<0.1%',
      '0.1%',
      '4.2%',
      '10%',
      '45%',
      '99%',
      '99%',
      '100%',
    ]);
  });

  it('give a time without its fractions', () => {
    expect(utc(Date.UTC(2026, 10, 21, 1, 5, 10, 999))).to.equal('2026-11-21 01:05:10 UTC');
  });
});
