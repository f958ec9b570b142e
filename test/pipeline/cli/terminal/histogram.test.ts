import { expect } from 'chai';
import { bar, beside, histogram } from '../../../../pipeline/cli/terminal/histogram.ts';
import { lookOf } from '../../../../pipeline/cli/terminal/look.ts';
import { bins } from '../../../fixtures/volumes.ts';
import { createFakeScreen } from '../fake-screen.ts';

const look = lookOf(createFakeScreen());
const ascii = lookOf(createFakeScreen({ env: { NO_COLOR: '1' } }));

describe('a bar', () => {
  it('is drawn in eighths of a character', () => {
    expect([0, 1 / 32, 0.25, 0.4, 1].map((share) => bar(share, 4, look))).to.deep.equal([
      '',
      '▏',
      '█',
      '█▋',
      '████',
    ]);
  });

  it('shows whatever is more than nothing', () => {
    expect(bar(1e-9, 10, look)).to.equal('▏');
    expect(bar(1e-9, 10, ascii)).to.equal('#');
  });

  it('is made of ASCII where the locale has no more', () => {
    expect(bar(0.5, 10, ascii)).to.equal('#####');
  });
});

describe('a histogram', () => {
  it('goes from the first bin with operations to the last, with the empty ones in between', () => {
    const counts = [0, 0, 5, 0, 20, 1, 0];
    expect(histogram(bins(...counts), 44, look)).to.deep.equal([
      '  2–4 µs   5   19%  ███',
      '  4–8 µs   0    0%',
      ' 8–16 µs  20   77%  ████████████',
      '16–32 µs   1  3.8%  ▋',
    ]);
  });

  it('names the bin without an upper bound, and the change of unit', () => {
    const counts = [...Array.from({ length: 9 }, () => 0), 1, 1, 1];
    expect(histogram(bins(...counts), 44, look)).to.deep.equal([
      '    256–512 µs  1  33%  ████████████',
      '512 µs–1.02 ms  1  33%  ████████████',
      '     ≥ 1.02 ms  1  33%  ████████████',
    ]);
  });

  it('keeps to ASCII where it must', () => {
    const [line] = histogram(bins(0, 0, 1, 0), 44, ascii);
    expect(line).to.equal('2-4 us  1  100%  ############');
  });

  it('says so when there were no operations', () => {
    expect(histogram(bins(0, 0), 80, look)).to.deep.equal(['no operations']);
  });
});

describe('blocks side by side', () => {
  it('line up, colors aside', () => {
    expect(beside(['\u001b[31mab\u001b[0m', 'c'], ['x', 'y', 'z'], 4)).to.deep.equal([
      '\u001b[31mab\u001b[0m  x',
      'c   y',
      '    z',
    ]);
  });
});
