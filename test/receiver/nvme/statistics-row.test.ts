import { expect } from 'chai';
import fc from 'fast-check';
import { counterNames } from '../../../receiver/nvme/difference.ts';
import { rowPlaces } from '../../../receiver/nvme/statistics-row.ts';
import type { LatencyBins, Statistics } from '../../../receiver/nvme/statistics.ts';
import { rowOf, valuesOf } from '../../fixtures/statistics-rows.ts';
import { bins, statistics } from '../../fixtures/volumes.ts';

const number = fc.double({ min: 0, max: 2 ** 64, noNaN: true });
const latency = (length: number): fc.Arbitrary<LatencyBins> =>
  fc.array(number, { minLength: length, maxLength: length }).map((counts) => bins(...counts));

const pages: fc.Arbitrary<Statistics> = fc
  .tuple(fc.nat(5), fc.nat(5), fc.nat(3))
  .chain(([reads, writes, bands]) => {
    const latencies = { readLatency: latency(reads), writeLatency: latency(writes) };
    const band = fc.record({ upperSizeBytes: number, ...latencies });
    return fc.record({
      ...latencies,
      kind: fc.constantFrom('ebs', 'instance_store'),
      version: number,
      readOperations: number,
      writeOperations: number,
      readBytes: number,
      writeBytes: number,
      readTimeMicros: number,
      writeTimeMicros: number,
      volumeIopsExceededMicros: number,
      volumeThroughputExceededMicros: number,
      instanceIopsExceededMicros: number,
      instanceThroughputExceededMicros: number,
      queueLength: number,
      ioSizeBands: fc.array(band, { minLength: bands, maxLength: bands }),
    });
  });

describe('a page in a row of numbers', () => {
  it('says what the page said, wherever in its array the row begins', () => {
    fc.assert(
      fc.property(pages, fc.nat(9), (page, before) => {
        expect(valuesOf(rowOf(page, before))).to.deep.equal(page);
      }),
    );
  });

  it('has the operations and the bins of each direction', () => {
    const row = rowOf(
      statistics({ readOperations: 1, writeOperations: 2, readLatency: bins(3), writeLatency: bins(4, 5) }),
      7,
    );
    expect([row.operations('read'), row.operations('write')]).to.deep.equal([1, 2]);
    expect([row.values[row.countsAt('read')], row.values[row.countsAt('write')]]).to.deep.equal([3, 4]);
    expect([row.bounds('read').length, row.bounds('write').length]).to.deep.equal([1, 2]);
  });

  it('has its counters in a piece, those of limits last', () => {
    const places = counterNames.map((name) => rowPlaces[name]);
    expect(places).to.deep.equal(places.map((_, index) => rowPlaces.readOperations + index));
    expect(counterNames.slice(-4)).to.deep.equal([
      'volumeIopsExceededMicros',
      'volumeThroughputExceededMicros',
      'instanceIopsExceededMicros',
      'instanceThroughputExceededMicros',
    ]);
  });
});
