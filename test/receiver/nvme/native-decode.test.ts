import { expect } from 'chai';
import fc from 'fast-check';
import { decodeStatistics } from '../../../receiver/nvme/native.ts';
import type { LatencyBins, Statistics } from '../../../receiver/nvme/statistics.ts';
import {
  buildPage,
  ebsMagic,
  instanceStoreMagic,
  realBins,
  type PageContent,
} from '../../fixtures/nvme-device/page.ts';
import { valuesOf } from '../../fixtures/statistics-rows.ts';

const pageBytes = 4096;

function decode(bytes: Uint8Array): Statistics {
  const outcome = decodeStatistics(bytes);
  if (!outcome.ok) throw new Error(outcome.error.message);
  return valuesOf(outcome.statistics);
}

const decodePage = (content: PageContent) => decode(buildPage(content).subarray(0, pageBytes));
const plain = ({ upperBoundsMicros, counts }: LatencyBins) => ({
  bounds: Array.from(upperBoundsMicros),
  counts: Array.from(counts),
});

describe('decoding a statistics page', () => {
  it('gives the values that an EBS volume showed', () => {
    const { readLatency, writeLatency, ...values } = decodePage({
      readOperations: 889,
      writeOperations: 11792,
      readBytes: 19936256,
      writeBytes: 1233915392,
      readTimeMicros: 543399,
      writeTimeMicros: 21647790,
      volumeIopsExceededMicros: 0,
      volumeThroughputExceededMicros: 804708,
    });
    expect(values).to.deep.equal({
      kind: 'ebs',
      version: 0,
      readOperations: 889,
      writeOperations: 11792,
      readBytes: 19936256,
      writeBytes: 1233915392,
      readTimeMicros: 543399,
      writeTimeMicros: 21647790,
      volumeIopsExceededMicros: 0,
      volumeThroughputExceededMicros: 804708,
      instanceIopsExceededMicros: 0,
      instanceThroughputExceededMicros: 0,
      queueLength: 0,
      ioSizeBands: [],
    });
    const bounds = [...Array.from({ length: 27 }, (_, i) => 2 ** i), Infinity];
    expect(plain(readLatency).bounds).to.deep.equal(bounds);
    expect(plain(writeLatency).bounds).to.deep.equal(bounds);
  });

  it('gives the values that an instance-store drive showed', () => {
    const statistics = decodePage({
      magic: instanceStoreMagic,
      version: 1,
      readOperations: 67,
      readBytes: 1101824,
      readTimeMicros: 4284,
      readLatency: { bins: realBins([0, 0, 0, 2, 5, 60]) },
    });
    expect(statistics).to.include({
      kind: 'instance_store',
      version: 1,
      readOperations: 67,
      readBytes: 1101824,
      readTimeMicros: 4284,
    });
    expect(plain(statistics.readLatency).counts.slice(0, 7)).to.deep.equal([0, 0, 0, 2, 5, 60, 0]);
  });

  it('takes every field from its own place', () => {
    const names = [
      'readOperations',
      'writeOperations',
      'readBytes',
      'writeBytes',
      'readTimeMicros',
      'writeTimeMicros',
      'volumeIopsExceededMicros',
      'volumeThroughputExceededMicros',
      'instanceIopsExceededMicros',
      'instanceThroughputExceededMicros',
      'queueLength',
    ] as const;
    const content = Object.fromEntries(names.map((name, i) => [name, 1000 + i]));
    expect(decodePage(content)).to.include(content);
  });

  it('takes the magic for 32 bits: a version that is not known yet changes nothing', () => {
    expect(decodePage({ version: 0xffffffff, readOperations: 5 })).to.include({
      kind: 'ebs',
      version: 0xffffffff,
      readOperations: 5,
    });
  });

  it('gives the nearest double of a counter beyond 2^53', () => {
    expect(decodePage({ writeBytes: 2n ** 64n - 1n }).writeBytes).to.equal(2 ** 64);
  });

  it('clamps numbers of bins and bands that cannot be', () => {
    const bins = Array.from({ length: 64 }, (_, i) => ({ lowerMicros: i, upperMicros: i + 1, count: i }));
    const bands = Array.from({ length: 8 }, (_, i) => ({
      upperSizeBytes: 2 ** (9 + i),
      read: [i],
      write: [],
    }));
    const page = buildPage({
      magic: instanceStoreMagic,
      version: 1,
      readLatency: { bins, binsUsed: 2n ** 64n - 1n },
      bands,
      bandsUsed: 0xffffffff,
    });
    const { readLatency, ioSizeBands } = decode(page);
    expect(plain(readLatency).counts).to.deep.equal(bins.map(({ count }) => count));
    expect(ioSizeBands).to.have.lengthOf(8);
  });

  it('adds a bin whose bound does not rise to the one before, and opens the last one', () => {
    const bins = [1, 4, 4, 2, 8].map((upperMicros, i) => ({ lowerMicros: 0, upperMicros, count: 10 ** i }));
    expect(plain(decodePage({ readLatency: { bins } }).readLatency)).to.deep.equal({
      bounds: [1, 4, Infinity],
      counts: [1, 1110, 10000],
    });
  });

  it('gives empty histograms where there are no bins', () => {
    expect(plain(decodePage({ writeLatency: { bins: [] } }).writeLatency)).to.deep.equal({
      bounds: [],
      counts: [],
    });
  });

  it('refuses a page with another magic, and says which', () => {
    expect(decodeStatistics(buildPage({ magic: 0 }))).to.deep.equal({
      ok: false,
      error: {
        type: 'invalid_magic',
        message: "cannot read the page: its log page 0xd0 begins with 0x00000000, not with Amazon's magic",
      },
    });
  });

  it('refuses bytes that are no page', () => {
    expect(() => decodeStatistics(new Uint8Array(4092))).to.throw(
      TypeError,
      /^Expected 4096 or 8192 bytes for bytes/,
    );
  });

  it('keeps readings apart: what was decoded stays as it was', () => {
    const first = decodePage({ readLatency: { bins: realBins([1, 2, 3]) } });
    const before = plain(first.readLatency);
    decodePage({ readLatency: { bins: realBins([7, 8, 9]) } });
    expect(plain(first.readLatency)).to.deep.equal(before);
  });

  describe('makes sense of any bytes', () => {
    const isSane = ({ upperBoundsMicros, counts }: LatencyBins): void => {
      expect(counts.length).to.equal(upperBoundsMicros.length).and.at.most(64);
      upperBoundsMicros.forEach((bound, i) => {
        if (i > 0) expect(bound).to.be.greaterThan(upperBoundsMicros[i - 1] ?? Number.NaN);
      });
      if (upperBoundsMicros.length > 0) expect(upperBoundsMicros.at(-1)).to.equal(Infinity);
      for (const count of counts) expect(count).to.be.at.least(0).and.below(Infinity);
    };
    const expectSane = (statistics: Statistics): void => {
      const { kind, readLatency, writeLatency, ioSizeBands, ...values } = statistics;
      expect(kind).to.be.oneOf(['ebs', 'instance_store']);
      for (const value of Object.values(values)) expect(value).to.be.at.least(0).and.below(Infinity);
      isSane(readLatency);
      isSane(writeLatency);
      expect(ioSizeBands.length).to.be.at.most(8);
      for (const band of ioSizeBands) {
        isSane(band.readLatency);
        isSane(band.writeLatency);
      }
    };
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

    it('of a page', () => {
      fc.assert(
        fc.property(bytes(pageBytes), (page) => {
          const outcome = decodeStatistics(page);
          if (outcome.ok) expectSane(valuesOf(outcome.statistics));
          else expect(outcome.error.type).to.equal('invalid_magic');
        }),
      );
    });

    it('behind a magic, with any number of bins and bands', () => {
      const length = fc.oneof(fc.nat(70), fc.constantFrom(0xffff_ffff, 0x8000_0000));
      const magic = fc.constantFrom(ebsMagic, instanceStoreMagic);
      fc.assert(
        fc.property(
          bytes(2 * pageBytes),
          magic,
          length,
          length,
          fc.nat(10),
          (noise, word, reads, writes, bands) => {
            const page = Buffer.from(noise);
            page.writeUInt32LE(word, 0);
            page.writeBigUInt64LE(BigInt(reads), 512);
            page.writeBigUInt64LE(BigInt(writes), 2056);
            page.writeUInt32LE(bands, 3600);
            expectSane(decode(page));
          },
        ),
      );
    });

    it('of a histogram, and loses no operation', () => {
      const bin = fc.record({
        lowerMicros: fc.constant(0),
        upperMicros: fc.bigInt(0n, 2n ** 64n - 1n),
        count: fc.nat(0xffff_ffff),
      });
      fc.assert(
        fc.property(fc.array(bin, { maxLength: 64 }), (bins) => {
          const { readLatency } = decodePage({ readLatency: { bins } });
          isSane(readLatency);
          const total = readLatency.counts.reduce((sum, count) => sum + count, 0);
          expect(total).to.equal(bins.reduce((sum, { count }) => sum + count, 0));
        }),
      );
    });
  });
});
