import { expect } from 'chai';
import fc from 'fast-check';
import {
  advance,
  firstState,
  minRatioWindowMs,
  type AttachmentState,
  type CumulativeLatency,
} from '../../../receiver/nvme/attachment.ts';
import { counterNames } from '../../../receiver/nvme/difference.ts';
import { createStateRoom } from '../../../receiver/nvme/state-room.ts';
import type { Statistics } from '../../../receiver/nvme/statistics.ts';
import { rowOf } from '../../fixtures/statistics-rows.ts';
import { bins, statistics } from '../../fixtures/volumes.ts';

const wrap = 2 ** 32;

const read = (page: Statistics, atMs: number) => ({ statistics: rowOf(page), completedAtMs: atMs });
const begin = (page: Statistics, atMs: number) => firstState(read(page, atMs), atMs);
const next = (state: AttachmentState, page: Statistics, atMs: number) =>
  advance(state, read(page, atMs), atMs, createStateRoom(0));
const countsOf = (latency: CumulativeLatency | undefined) =>
  latency && Array.from(latency.counts.subarray(latency.from, latency.from + latency.bins));

/** The states of one attachment after these pages, one after the other. */
function follow(pages: readonly { readonly page: Statistics; readonly atMs: number }[]): AttachmentState {
  const [first, ...later] = pages;
  if (first === undefined) throw new Error('no pages');
  return later.reduce(
    (state, { page, atMs }) => {
      const after = next(state, page, atMs);
      if (after === undefined) throw new Error('the counters started over');
      return after;
    },
    begin(first.page, first.atMs),
  );
}

describe('an attachment', () => {
  it('unwraps bins, however often they wrap', () => {
    const gain = fc.integer({ min: 0, max: wrap / 2 - 1 });
    const gains = fc.array(fc.tuple(gain, gain, gain), { maxLength: 12 });
    const start = fc.integer({ min: 0, max: wrap - 1 });
    fc.assert(
      fc.property(fc.tuple(start, start, start), gains, (firstCounts, steps) => {
        const totals = [[...firstCounts]];
        for (const step of steps) {
          totals.push((totals.at(-1) ?? []).map((total, bin) => total + (step[bin] ?? 0)));
        }
        const pages = totals.map((total, index) => ({
          page: statistics({ writeLatency: bins(...total.map((each) => each % wrap)) }),
          atMs: index,
        }));
        const { writeLatency, readLatency } = follow(pages);
        expect(countsOf(writeLatency)).to.deep.equal(totals.at(-1));
        expect(countsOf(readLatency)).to.deep.equal([0, 0, 0]);
      }),
    );
  });

  it('needs no room for bins until one wraps: they are those of the page', () => {
    const page = (...counts: number[]) => rowOf(statistics({ writeLatency: bins(...counts) }));
    const [before, after] = [page(1, 2, 3), page(1, 2, 4)];
    const first = firstState({ statistics: before, completedAtMs: 0 }, 0);
    expect(first.writeLatency.counts).to.equal(before.values);
    const second = advance(first, { statistics: after, completedAtMs: 0 }, 0, createStateRoom(0));
    expect(second?.writeLatency.counts).to.equal(after.values);
  });

  it('goes on counting from where a bin wrapped, page after page', () => {
    const page = (...counts: number[]) => ({ page: statistics({ readLatency: bins(...counts) }), atMs: 0 });
    const pages = [page(wrap - 1, 2, 3), page(1, 2, 3), page(5, 2, 4), page(5, 2, 4)];
    const before = follow(pages.slice(0, 2));
    expect(countsOf(follow(pages).readLatency)).to.deep.equal([wrap + 5, 2, 4]);
    expect(countsOf(before.readLatency)).to.deep.equal([wrap + 1, 2, 3]);
  });

  it('has the bounds of its histograms, in seconds and without the infinite one, as one array with whoever shares them', () => {
    const page = statistics({ readLatency: bins(1, 2, 3) });
    const before = begin(page, 0);
    const { boundaries } = before.readLatency;
    expect(boundaries).to.deep.equal([1e-6, 2e-6]);
    const busier = { ...page, readLatency: { ...page.readLatency, counts: Float64Array.of(1, 2, 4) } };
    expect(next(before, busier, 10)?.readLatency.boundaries).to.equal(boundaries);
    expect(begin(busier, 0).readLatency.boundaries).to.equal(boundaries);
  });

  it('measures every share over the time since its baseline, and none above one', () => {
    const micros = fc.integer({ min: 0, max: 20_000_000 });
    const elapsed = fc.integer({ min: minRatioWindowMs, max: 60_000 });
    fc.assert(
      fc.property(fc.tuple(micros, micros, micros, micros), elapsed, (exceeded, elapsedMs) => {
        const [volumeIops, volumeThroughput, instanceIops, instanceThroughput] = exceeded;
        const page = statistics({
          volumeIopsExceededMicros: volumeIops,
          volumeThroughputExceededMicros: volumeThroughput,
          instanceIopsExceededMicros: instanceIops,
          instanceThroughputExceededMicros: instanceThroughput,
        });
        const share = (each: number) => Math.min(1, each / 1000 / elapsedMs);
        const state = follow([
          { page: statistics(), atMs: 500 },
          { page, atMs: 500 + elapsedMs },
        ]);
        expect(state.exceeded).to.include({
          volumeIops: share(volumeIops),
          volumeThroughput: share(volumeThroughput),
          instanceIops: share(instanceIops),
          instanceThroughput: share(instanceThroughput),
        });
      }),
    );
  });

  it('loses no exceeded time to readings that come too early to measure from', () => {
    const early = fc.array(fc.integer({ min: 1, max: minRatioWindowMs - 1 }), { maxLength: 5 });
    fc.assert(
      fc.property(early, (times) => {
        // A second of it, right at the start: over the two seconds a half, whoever asks in between.
        const at = (atMs: number) => ({
          page: statistics({ instanceIopsExceededMicros: atMs === 0 ? 0 : 1_000_000 }),
          atMs,
        });
        const between = times.toSorted((a, b) => a - b);
        const state = follow([0, ...between, 2000].map(at));
        expect(state.exceeded?.instanceIops).to.equal(0.5);
        const last = between.at(-1);
        if (last !== undefined) expect(follow([0, ...between].map(at)).exceeded).to.equal(undefined);
      }),
    );
  });

  for (const name of counterNames) {
    it(`ends where ${name} goes down`, () => {
      const before = begin(statistics({ [name]: 5 }), 0);
      expect(next(before, statistics({ [name]: 4 }), 1)).to.equal(undefined);
      expect(next(before, statistics({ [name]: 5 }), 1)).to.not.equal(undefined);
    });
  }

  it('goes on where what is no counter goes down', () => {
    const before = begin(statistics({ version: 5, queueLength: 5 }, 'instance_store'), 0);
    expect(next(before, statistics({ version: 4, queueLength: 4 }), 1)).to.not.equal(undefined);
  });

  for (const [latency, operations] of [
    ['readLatency', 'readOperations'],
    ['writeLatency', 'writeOperations'],
  ] as const) {
    const page = (completed: number, ...counts: number[]) =>
      statistics({ [operations]: completed, [latency]: bins(...counts) });

    it(`ends where a bin of ${latency} goes down that cannot have wrapped since the reading before`, () => {
      const before = begin(page(2 * wrap, 1, 1000, 1), 0);
      expect(next(before, page(2 * wrap + 1, 1, 10, 1), 1)).to.equal(undefined);
      const after = next(before, page(3 * wrap, 1, 10, 1), 1);
      expect(countsOf(after?.[latency])).to.deep.equal([1, wrap + 10, 1]);
    });

    it(`counts what the bins of ${latency} count, and leaves the state before as it was`, () => {
      const before = begin(page(10, 1, 2, 3), 0);
      expect(countsOf(next(before, page(14, 1, 6, 3), 1)?.[latency])).to.deep.equal([1, 6, 3]);
      expect(countsOf(before[latency])).to.deep.equal([1, 2, 3]);
    });

    it(`has no bins where the page has none in ${latency}`, () => {
      const before = begin(page(10), 0);
      expect(before[latency]).to.deep.include({ bins: 0, boundaries: [] });
      expect(next(before, page(14), 1)?.[latency]).to.deep.include({ bins: 0, boundaries: [] });
    });

    it(`begins anew with what the page holds where the bounds of ${latency} are others`, () => {
      const before = next(begin(page(6, 1, 2, 3), 0), page(7, 1, 2, 4), 5000);
      const after = before && next(before, page(8, 6, 2), 9000);
      expect(countsOf(after?.[latency])).to.deep.equal([6, 2]);
      expect(after?.baseline.completedAtMs).to.equal(9000);
      expect(after?.exceeded).to.equal(undefined);
    });
  }

  it('measures no share over less than a second, at any time', () => {
    const state = follow([
      { page: statistics(), atMs: 7_000_000 },
      { page: statistics({ volumeIopsExceededMicros: 100 }), atMs: 7_000_000 + minRatioWindowMs - 1 },
    ]);
    expect(state.exceeded).to.equal(undefined);
    expect(state.baseline.completedAtMs).to.equal(7_000_000);
  });
});
