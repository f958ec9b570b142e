import { expect } from 'chai';
import fc from 'fast-check';
import { decodeStatistics } from '../../../../receiver/nvme/native.ts';
import { buildPage } from '../../../../receiver/nvme/simulate/page-builder.ts';
import type { LatencyBins, Statistics } from '../../../../receiver/nvme/statistics.ts';
import { valuesOf } from '../../../fixtures/statistics-rows.ts';
import { bins, statistics } from '../../../fixtures/volumes.ts';

const counter = fc.maxSafeNat();
const u32 = fc.nat(2 ** 32 - 1);

function latency(maxBins: number): fc.Arbitrary<LatencyBins> {
  return fc
    .tuple(
      fc.uniqueArray(fc.integer({ min: 1, max: 2 ** 40 }), { maxLength: maxBins - 1 }),
      fc.array(u32, { minLength: maxBins, maxLength: maxBins }),
    )
    .map(([bounds, counts]) => ({
      upperBoundsMicros: Float64Array.from([...bounds.toSorted((a, b) => a - b), Infinity]),
      counts: Float64Array.from(counts.slice(0, bounds.length + 1)),
    }));
}

const base = fc.record({
  version: u32,
  readOperations: counter,
  writeOperations: counter,
  readBytes: counter,
  writeBytes: counter,
  readTimeMicros: counter,
  writeTimeMicros: counter,
  volumeIopsExceededMicros: counter,
  volumeThroughputExceededMicros: counter,
  instanceIopsExceededMicros: counter,
  instanceThroughputExceededMicros: counter,
  queueLength: counter,
});

const ebsPage: fc.Arbitrary<Statistics> = fc
  .tuple(base, latency(64), latency(64))
  .map(([counters, readLatency, writeLatency]) => ({
    ...counters,
    kind: 'ebs',
    readLatency,
    writeLatency,
    ioSizeBands: [],
  }));

const upperSizes = [512, 4096, 8192, 16384, 32768, 65536, 131072, Infinity];

const instanceStorePage: fc.Arbitrary<Statistics> = fc
  .tuple(base, latency(32), latency(32), fc.array(counter, { minLength: 512, maxLength: 512 }))
  .map(([counters, readLatency, writeLatency, operations]) => {
    let next = 0;
    const some = ({ upperBoundsMicros }: LatencyBins): LatencyBins => ({
      upperBoundsMicros,
      counts: upperBoundsMicros.map(() => operations[next++] ?? 0),
    });
    return {
      ...counters,
      kind: 'instance_store',
      version: 1,
      volumeIopsExceededMicros: 0,
      volumeThroughputExceededMicros: 0,
      readLatency,
      writeLatency,
      ioSizeBands: upperSizes.map((upperSizeBytes) => ({
        upperSizeBytes,
        readLatency: some(readLatency),
        writeLatency: some(writeLatency),
      })),
    };
  });

function decoded(page: Uint8Array): Statistics {
  const outcome = decodeStatistics(page);
  if (!outcome.ok) throw new Error(outcome.error.message);
  return valuesOf(outcome.statistics);
}

describe('a page built for statistics', () => {
  it('is decoded to the same statistics, for EBS', () => {
    fc.assert(
      fc.property(ebsPage, (page) => {
        expect(decoded(buildPage(page))).to.deep.equal(page);
      }),
    );
  });

  it('is decoded to the same statistics, for instance store with latencies by I/O size', () => {
    fc.assert(
      fc.property(instanceStorePage, (page) => {
        expect(decoded(buildPage(page))).to.deep.equal(page);
      }),
    );
  });

  it('has 4096 bytes, and 4096 more for latencies by I/O size', () => {
    expect(buildPage(statistics())).to.have.length(4096);
    const band = { upperSizeBytes: Infinity, readLatency: bins(1, 2), writeLatency: bins(3, 4) };
    expect(buildPage(statistics({ ioSizeBands: [band] }, 'instance_store'))).to.have.length(8192);
  });

  it('has the fields where the drive has them', () => {
    const view = new DataView(
      buildPage(statistics({ readOperations: 889, queueLength: 7, writeLatency: bins(0, 5) })).buffer,
    );
    expect(view.getUint32(0, true)).to.equal(0x3c23b510);
    expect(view.getBigUint64(8, true)).to.equal(889n);
    expect(view.getBigUint64(88, true)).to.equal(7n);
    expect(view.getBigUint64(2056, true)).to.equal(2n);
    expect(view.getUint32(2056 + 8 + 24 + 16, true)).to.equal(5);
  });

  it('counts the operations of a bin modulo 2^32, as the drive does', () => {
    const { readLatency } = decoded(buildPage(statistics({ readLatency: bins(2 ** 32 + 3, 1) })));
    expect([...readLatency.counts]).to.deep.equal([3, 1]);
  });

  it('is refused where it would have more bins or bands than it has room for', () => {
    const many = bins(...Array.from({ length: 65 }, () => 1));
    expect(() => buildPage(statistics({ readLatency: many }))).to.throw(
      RangeError,
      'Expected at most 64 latency bins but received 65',
    );
    const band = { upperSizeBytes: 1, readLatency: bins(1), writeLatency: bins(1) };
    expect(() => buildPage(statistics({ ioSizeBands: Array.from({ length: 9 }, () => band) }))).to.throw(
      RangeError,
      'Expected at most 8 I/O-size bands but received 9',
    );
  });
});
