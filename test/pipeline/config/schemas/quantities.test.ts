import { expect } from 'chai';
import fc from 'fast-check';
import { byteSize, durationMs } from '../../../../pipeline/config/schema.ts';
import {
  formatByteSize,
  formatDurationMs,
  parseByteSize,
  parseDurationMs,
} from '../../../../pipeline/config/schemas/quantities.ts';
import { parseWith } from '../parsing.ts';

describe('a duration', () => {
  for (const [text, value] of [
    ['10s', 10_000],
    ['1m30s', 90_000],
    ['500ms', 500],
    ['1.5s', 1500],
    ['2h', 7_200_000],
    ['1h2m3s4ms', 3_723_004],
    ['0', 0],
    ['0s', 0],
  ] as const) {
    it(`of ${text} is ${value} ms`, async () => {
      expect(await parseWith(durationMs(), text)).to.deep.equal({ value });
    });
  }

  for (const text of ['10', '1d', '-1s', '10 s', '1s1m', 's', '1e3s', '10S', '""']) {
    it(`is not ${text}`, async () => {
      const received = text.replaceAll('"', '');
      expect(await parseWith(durationMs(), text)).to.deep.equal({
        problems: [
          `f.yaml:1:1: exporter x: expected a duration like 10s or 1m30s but received "${received}"`,
        ],
      });
    });
  }

  it('keeps its bounds, and never exceeds what a timer can wait', async () => {
    expect(await parseWith(durationMs({ min: 1000 }), '999ms')).to.deep.equal({
      problems: ['f.yaml:1:1: exporter x: expected at least 1s but received 999ms'],
    });
    expect(await parseWith(durationMs(), '1000h')).to.deep.equal({
      problems: ['f.yaml:1:1: exporter x: expected at most 596h31m23s647ms but received 1000h'],
    });
  });

  it('is printed as it would be read', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 31 - 1 }), (value) => {
        expect(parseDurationMs(formatDurationMs(value))).to.equal(value);
      }),
    );
    expect(durationMs().show(90_000)).to.equal('1m30s');
  });
});

describe('a size', () => {
  for (const [text, value] of [
    ['512', 512],
    ['512B', 512],
    ['1KiB', 1024],
    ['64Mi', 64 * 2 ** 20],
    ['10MB', 10_000_000],
    ['1.5 GiB', 1.5 * 2 ** 30],
  ] as const) {
    it(`of ${text} is ${value} bytes`, async () => {
      expect(await parseWith(byteSize(), text)).to.deep.equal({ value });
    });
  }

  it('needs a unit that there is', async () => {
    expect(await parseWith(byteSize(), '10 parsecs')).to.deep.equal({
      problems: ['f.yaml:1:1: exporter x: expected a size like 64MiB or 512KiB but received "10 parsecs"'],
    });
  });

  it('is printed as it would be read', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(1, 1024, 2 ** 20), (count, unit) => {
        expect(parseByteSize(formatByteSize(count * unit))).to.equal(count * unit);
      }),
    );
  });
});
