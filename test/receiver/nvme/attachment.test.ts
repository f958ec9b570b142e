import { expect } from 'chai';
import fc from 'fast-check';
import {
  advance,
  firstState,
  minRatioWindowMs,
  type AttachmentState,
} from '../../../receiver/nvme/attachment.ts';
import type { Statistics } from '../../../receiver/nvme/statistics.ts';
import { bins, statistics } from '../../fixtures/volumes.ts';

const wrap = 2 ** 32;

/** The states of one attachment after these pages, one after the other. */
function follow(pages: readonly { readonly page: Statistics; readonly atMs: number }[]): AttachmentState {
  const [first, ...later] = pages;
  if (first === undefined) throw new Error('no pages');
  return later.reduce(
    (state, { page, atMs }) => {
      const next = advance(state, page, atMs, atMs);
      if (next === undefined) throw new Error('the counters started over');
      return next;
    },
    firstState(first.page, first.atMs, first.atMs),
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
        expect(writeLatency.counts).to.deep.equal(totals.at(-1));
        expect(readLatency.counts).to.deep.equal([0, 0, 0]);
      }),
    );
  });

  it('has the bounds of its histograms, in seconds and without the infinite one, as one array with whoever shares them', () => {
    const page = statistics({ readLatency: bins(1, 2, 3) });
    const before = firstState(page, 0, 0);
    const { boundaries } = before.readLatency;
    expect(boundaries).to.deep.equal([1e-6, 2e-6]);
    const busier = { ...page, readLatency: { ...page.readLatency, counts: Float64Array.of(1, 2, 4) } };
    expect(advance(before, busier, 10, 10)?.readLatency.boundaries).to.equal(boundaries);
    expect(firstState(busier, 0, 0).readLatency.boundaries).to.equal(boundaries);
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
        expect(state.exceeded).to.deep.equal({
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

  it('ends where a counter goes down', () => {
    const before = firstState(statistics({ writeBytes: 5 }), 0, 0);
    expect(advance(before, statistics({ writeBytes: 4 }), 1, 1)).to.equal(undefined);
  });

  for (const [latency, operations] of [
    ['readLatency', 'readOperations'],
    ['writeLatency', 'writeOperations'],
  ] as const) {
    const page = (completed: number, ...counts: number[]) =>
      statistics({ [operations]: completed, [latency]: bins(...counts) });

    it(`ends where a bin of ${latency} goes down that cannot have wrapped since the reading before`, () => {
      const before = firstState(page(2 * wrap, 1, 1000, 1), 0, 0);
      expect(advance(before, page(2 * wrap + 1, 1, 10, 1), 1, 1)).to.equal(undefined);
      const after = advance(before, page(3 * wrap, 1, 10, 1), 1, 1);
      expect(after?.[latency].counts).to.deep.equal([1, wrap + 10, 1]);
    });

    it(`counts what the bins of ${latency} count, and leaves the state before as it was`, () => {
      const before = firstState(page(10, 1, 2, 3), 0, 0);
      const after = advance(before, page(14, 1, 6, 3), 1, 1);
      expect(after?.[latency]).to.include({ count: 10 });
      expect(after?.[latency].counts).to.deep.equal([1, 6, 3]);
      expect(before[latency]).to.include({ count: 6 });
      expect(before[latency].counts).to.deep.equal([1, 2, 3]);
    });

    it(`has the histogram of the reading before where nothing was added to ${latency}: nothing is to be written anew`, () => {
      const before = firstState(page(6, 1, 2, 3), 0, 0);
      expect(advance(before, page(6, 1, 2, 3), 1, 1)?.[latency]).to.equal(before[latency]);
    });

    it(`begins anew with what the page holds where the bounds of ${latency} are others`, () => {
      const before = advance(firstState(page(6, 1, 2, 3), 0, 0), page(7, 1, 2, 4), 5000, 5000);
      const after = before && advance(before, page(8, 6, 2), 9000, 9000);
      expect(after?.[latency].counts).to.deep.equal([6, 2]);
      expect(after?.baseline.atMs).to.equal(9000);
      expect(after?.exceeded).to.equal(undefined);
    });
  }

  it('measures no share over less than a second, at any time', () => {
    const state = follow([
      { page: statistics(), atMs: 7_000_000 },
      { page: statistics({ volumeIopsExceededMicros: 100 }), atMs: 7_000_000 + minRatioWindowMs - 1 },
    ]);
    expect(state.exceeded).to.equal(undefined);
    expect(state.baseline.atMs).to.equal(7_000_000);
  });
});
