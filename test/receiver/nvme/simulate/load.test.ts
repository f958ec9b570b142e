import { expect } from 'chai';
import fc from 'fast-check';
import { createLoad, type Load, type LoadCounters } from '../../../../receiver/nvme/simulate/load.ts';
import { loadStatistics } from '../../../../receiver/nvme/simulate/load-statistics.ts';
import { binMicros } from '../../../../receiver/nvme/simulate/latency-distribution.ts';
import { planVolumes } from '../../../../receiver/nvme/simulate/profiles.ts';
import { difference, counterNames, type StatisticsDifference } from '../../../../receiver/nvme/difference.ts';
import type { Statistics } from '../../../../receiver/nvme/statistics.ts';

const plans = planVolumes(9, 1);
const [database, log, scratch, cache, , scan, index] = [0, 1, 2, 3, 4, 5, 6] as const;

function statisticsAt(load: Load, position: number): Statistics | undefined {
  const plan = plans[position];
  const counters = load.counters(position);
  return plan && counters && loadStatistics(plan.profile, counters);
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the volume is detached');
  return value;
}

/** What happened to a volume between two times of one attachment. */
function between(load: Load, position: number, fromMs: number, toMs: number): StatisticsDifference {
  load.advanceTo(fromMs);
  const from = must(statisticsAt(load, position));
  load.advanceTo(toMs);
  const change = difference(from, must(statisticsAt(load, position)));
  if (change.reset) throw new Error('the volume was attached anew');
  return change;
}

function everything(load: Load): (LoadCounters | undefined)[] {
  return plans.map((_, position) => load.counters(position));
}

const total = (counts: Float64Array): number => counts.reduce((sum, count) => sum + count, 0);
/** Half an hour: several of the load's periods. */
const timeMs = fc.integer({ min: 0, max: 1_800_000 });

describe('the simulated load', () => {
  it('depends on the time, not on how often somebody looks', () => {
    fc.assert(
      fc.property(timeMs, fc.array(timeMs, { maxLength: 20 }), (endMs, looksMs) => {
        const [once, often] = [createLoad(plans, 1), createLoad(plans, 1)];
        for (const lookMs of looksMs.filter((ms) => ms < endMs).toSorted((a, b) => a - b)) {
          often.advanceTo(lookMs);
          everything(often);
        }
        once.advanceTo(endMs);
        often.advanceTo(endMs);
        expect(everything(often)).to.deep.equal(everything(once));
      }),
      { numRuns: 15 },
    );
  });

  it('is the same for the same seed, and another for another', () => {
    const [one, same, other] = [createLoad(plans, 7), createLoad(plans, 7), createLoad(plans, 8)];
    for (const load of [one, same, other]) load.advanceTo(12_345);
    expect(everything(one)).to.deep.equal(everything(same));
    expect(everything(one)).to.not.deep.equal(everything(other));
  });

  it('does not go back with a clock that does', () => {
    const load = createLoad(plans, 1);
    load.advanceTo(30_000);
    const before = everything(load);
    load.advanceTo(10_000);
    expect(everything(load)).to.deep.equal(before);
  });

  it('has counters that only rise within an attachment', () => {
    const load = createLoad(plans, 1);
    const previous = new Map<number, { statistics: Statistics; attachedAtMs: number }>();
    for (let atMs = 0; atMs <= 700_000; atMs += 3_337) {
      load.advanceTo(atMs);
      plans.forEach((_, position) => {
        const counters = load.counters(position);
        const statistics = statisticsAt(load, position);
        const before = previous.get(position);
        if (counters === undefined || statistics === undefined) {
          previous.delete(position);
          return;
        }
        if (before !== undefined && before.attachedAtMs === counters.attachedAtMs) {
          for (const name of counterNames)
            expect(statistics[name], name).to.be.at.least(before.statistics[name]);
          counters.reads.forEach((count, bin) =>
            expect(count).to.be.at.least(before.statistics.readLatency.counts[bin] ?? 0),
          );
        }
        previous.set(position, { statistics, attachedAtMs: counters.attachedAtMs });
      });
    }
  });

  it('has bins that add up to the operations, and times that are those of the bins', () => {
    const load = createLoad(plans, 1);
    load.advanceTo(61_234);
    plans.forEach((_, position) => {
      const statistics = must(statisticsAt(load, position));
      for (const [operations, latency, micros] of [
        [statistics.readOperations, statistics.readLatency, statistics.readTimeMicros],
        [statistics.writeOperations, statistics.writeLatency, statistics.writeTimeMicros],
      ] as const) {
        expect(total(latency.counts)).to.equal(operations);
        const byBins = latency.counts.reduce((sum, count, bin) => sum + count * (binMicros[bin] ?? 0), 0);
        expect(micros).to.equal(Math.floor(byBins));
      }
    });
  });

  it('has bytes that are those of the operations', () => {
    const load = createLoad(plans, 1);
    load.advanceTo(5_000);
    plans.forEach(({ profile }, position) => {
      const { readOperations, readBytes } = must(statisticsAt(load, position));
      const meanSize = profile.readSizes.reduce((sum, size) => sum + size, 0) / profile.readSizes.length;
      expect(readBytes / readOperations / meanSize).to.be.closeTo(1, 0.01);
      expect(readBytes % 512).to.equal(0);
    });
  });

  it('sorts the operations of instance store by size without losing one', () => {
    const load = createLoad(plans, 1);
    load.advanceTo(5_000);
    const { ioSizeBands, readLatency } = must(statisticsAt(load, cache));
    expect(ioSizeBands).to.have.length(8);
    readLatency.counts.forEach((count, bin) => {
      const inBands = ioSizeBands.reduce((sum, band) => sum + (band.readLatency.counts[bin] ?? 0), 0);
      expect(inBands).to.equal(count);
    });
  });

  it('exceeds no limit for longer than the time that passed', () => {
    const load = createLoad(plans, 1);
    let previous = plans.map((_, position) => statisticsAt(load, position));
    const stepMs = 1_009;
    for (let atMs = stepMs; atMs < 120_000; atMs += stepMs) {
      load.advanceTo(atMs);
      const current = plans.map((_, position) => statisticsAt(load, position));
      current.forEach((statistics, position) => {
        const before = previous[position];
        if (statistics === undefined || before === undefined) return;
        const change = difference(before, statistics);
        if (change.reset) return;
        for (const name of counterNames.filter((counter) => counter.endsWith('ExceededMicros'))) {
          // Both ends are whole µs.
          expect(change[name], name).to.be.at.most(stepMs * 1000 + 1);
        }
      });
      previous = current;
    }
  });

  it('throttles the database in its burst and not in between', () => {
    const load = createLoad(plans, 1);
    const burst = between(load, database, 5_000, 15_000);
    expect((burst.readOperations + burst.writeOperations) / 10).to.be.closeTo(3000, 10);
    expect(burst.volumeIopsExceededMicros).to.be.above(9.5e6);
    expect(burst.volumeThroughputExceededMicros).to.equal(0);
    const calm = between(load, database, 30_000, 70_000);
    expect(calm.volumeIopsExceededMicros).to.equal(0);
    expect(calm.readTimeMicros / calm.readOperations).to.be.below(
      burst.readTimeMicros / burst.readOperations / 5,
    );
  });

  it('throttles the log at its throughput', () => {
    const load = createLoad(plans, 1);
    const surge = between(load, log, 4_000, 11_000);
    expect((surge.readBytes + surge.writeBytes) / 7 / 2 ** 20).to.be.closeTo(125, 2);
    expect(surge.volumeThroughputExceededMicros).to.be.above(6e6);
    expect(surge.volumeIopsExceededMicros).to.equal(0);
  });

  it("lets volumes that work together run into the instance's limits", () => {
    const load = createLoad(plans, 1);
    const scanning = between(load, scan, 5_000, 40_000);
    expect(scanning.instanceThroughputExceededMicros).to.be.above(10e6);
    expect(scanning.instanceIopsExceededMicros).to.equal(0);
    const indexing = between(load, index, 76_000, 100_000);
    expect(indexing.instanceIopsExceededMicros).to.be.above(5e6);
    expect(indexing.instanceThroughputExceededMicros).to.equal(0);
  });

  it('attaches a volume anew every two and a half minutes, with counters at zero', () => {
    const load = createLoad(plans, 1);
    const seen: string[] = [];
    let wasAttached = true;
    for (let atMs = 0; atMs <= 400_000; atMs += 1_000) {
      load.advanceTo(atMs);
      const isAttached = load.isAttached(scratch);
      if (isAttached !== wasAttached)
        seen.push(`${isAttached ? 'attached' : 'detached'} at ${atMs / 1000} s`);
      if (isAttached && !wasAttached) {
        const counters = must(load.counters(scratch));
        expect(counters.attachedAtMs).to.equal(atMs);
        expect(total(counters.reads) + total(counters.writes)).to.equal(0);
      }
      wasAttached = isAttached;
    }
    expect(seen).to.deep.equal([
      'detached at 50 s',
      'attached at 60 s',
      'detached at 200 s',
      'attached at 210 s',
      'detached at 350 s',
      'attached at 360 s',
    ]);
  });

  it('begins with the history of days, whose mean is that of the days to come', () => {
    const load = createLoad(plans, 1);
    const then = must(load.counters(database));
    expect(then.attachedAtMs).to.be.below(-86_400_000);
    load.advanceTo(-then.attachedAtMs);
    const now = must(load.counters(database));
    expect(total(now.reads)).to.equal(2 * total(then.reads));
    expect(now.attachedAtMs).to.equal(then.attachedAtMs);
  });

  it('has nobody at a position beyond the last', () => {
    const load = createLoad([], 1);
    load.advanceTo(1000);
    expect(load.counters(0)).to.equal(undefined);
    expect(load.isAttached(0)).to.equal(false);
  });
});
