import { expect } from 'chai';
import { createPushSchedule } from '../../../pipeline/exporters/push-schedule.ts';
import { createManualClock } from '../../fixtures/manual-clock.ts';

/** As Math.random gives 0: the origin is the moment at which the schedule was made. */
const originNow = (): number => 0;

function scheduleAt(startMs: number, random = originNow) {
  const clock = createManualClock(startMs);
  const ticks: string[] = [];
  const schedule = createPushSchedule(clock.nowMs, clock.setTimer, random);
  const join = (name: string, intervalMs: number) =>
    schedule.every(intervalMs, () => ticks.push(`${name} at ${clock.nowMs() - startMs}`));
  return { clock, ticks, join };
}

/** Numbers between 0 and 1 that are the same in every run. https://prng.di.unimi.it/splitmix64.c, with 32 bits. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** When the pushes of a process come that starts at 0, ms; until the end of its first whole interval. */
function pushesOf(intervalMs: number, random: () => number): readonly number[] {
  const clock = createManualClock();
  const pushesMs: number[] = [];
  createPushSchedule(clock.nowMs, clock.setTimer, random).every(intervalMs, () =>
    pushesMs.push(clock.nowMs()),
  );
  clock.advance(2 * intervalMs);
  return pushesMs;
}

const perSecond = (timesMs: readonly number[], seconds: number): readonly number[] => {
  const counts = Array<number>(seconds).fill(0);
  for (const timeMs of timesMs) counts[Math.floor(timeMs / 1000) % seconds]! += 1;
  return counts;
};

describe('push schedule', () => {
  it('ticks once an interval, and once more within 5 s of the start', () => {
    const { clock, ticks, join } = scheduleAt(12_345);
    join('a', 10_000);
    clock.advance(30_000);
    expect(ticks).to.deep.equal(['a at 5000', 'a at 10000', 'a at 20000', 'a at 30000']);
  });

  it('does not tick twice where the first tick comes soon', () => {
    const { clock, ticks, join } = scheduleAt(0);
    clock.advance(7_000);
    join('a', 10_000);
    clock.advance(13_000);
    expect(ticks).to.deep.equal(['a at 10000', 'a at 20000']);
  });

  it('does not tick before an interval that is short', () => {
    const { clock, ticks, join } = scheduleAt(0);
    clock.advance(4_000);
    join('a', 3_000);
    clock.advance(5_000);
    expect(ticks).to.deep.equal(['a at 6000', 'a at 9000']);
  });

  it('makes exporters of one interval tick at one moment, whenever they joined', () => {
    const { clock, ticks, join } = scheduleAt(500);
    join('a', 10_000);
    clock.advance(3_333);
    join('b', 10_000);
    clock.advance(16_667);
    expect(ticks).to.have.members([
      'a at 5000',
      'b at 5000',
      'a at 10000',
      'b at 10000',
      'a at 20000',
      'b at 20000',
    ]);
  });

  it('makes an exporter of a multiple of another interval tick with it', () => {
    const { clock, ticks, join } = scheduleAt(0);
    join('a', 10_000);
    clock.advance(6_000);
    join('b', 20_000);
    clock.advance(14_000);
    expect(ticks).to.have.members(['a at 5000', 'a at 10000', 'b at 10000', 'a at 20000', 'b at 20000']);
  });

  it('keeps its ticks where they were when all exporters left and joined again', () => {
    const { clock, ticks, join } = scheduleAt(0);
    join('a', 10_000)();
    clock.advance(33_000);
    join('a', 10_000);
    clock.advance(17_000);
    expect(ticks).to.deep.equal(['a at 35000', 'a at 40000', 'a at 50000']);
  });

  for (const intervalMs of [3_000, 10_000, 60_000, 37_000]) {
    const seconds = intervalMs / 1000;
    it(`spreads 10,000 nodes that start at once over ${seconds} s: no second has twice its share`, () => {
      const random = seededRandom(intervalMs);
      const nodes = Array.from({ length: 10_000 }, () => pushesOf(intervalMs, random));

      const first = nodes.map(([firstMs = NaN]) => firstMs);
      const firstSeconds = Math.min(seconds, 5);
      expect(Math.max(...first)).to.be.at.most(firstSeconds * 1000);
      expect(Math.max(...perSecond(first, firstSeconds))).to.be.below((2 * 10_000) / firstSeconds);

      const steady = nodes.map((pushesMs) => pushesMs.at(-1) ?? NaN);
      expect(Math.max(...perSecond(steady, seconds))).to.be.below((2 * 10_000) / seconds);
      expect(nodes.map((pushesMs) => pushesMs.at(-1)! - pushesMs.at(-2)!)).to.satisfy((gaps: number[]) =>
        gaps.every((gapMs) => Math.abs(gapMs - intervalMs) < 1e-3),
      );
    });
  }

  it('leaves out the ticks that a busy process missed, and keeps the rhythm', () => {
    const clock = createManualClock();
    const due: { run: () => void; atMs: number }[] = [];
    const schedule = createPushSchedule(
      clock.nowMs,
      (run, delayMs) => {
        due.push({ run, atMs: clock.nowMs() + delayMs });
        return () => {};
      },
      originNow,
    );
    let ticks = 0;
    schedule.every(4_000, () => (ticks += 1));
    clock.advance(13_600);
    due.shift()?.run();
    expect(ticks).to.equal(1);
    expect(due.map(({ atMs }) => atMs)).to.deep.equal([16_000]);
  });

  it('does not tick twice when a timer fires early', () => {
    const clock = createManualClock();
    const delays: number[] = [];
    let fire = (): void => {};
    const schedule = createPushSchedule(
      clock.nowMs,
      (run, delayMs) => {
        delays.push(delayMs);
        fire = run;
        return () => {};
      },
      originNow,
    );
    schedule.every(4_000, () => {});
    clock.advance(3_999);
    fire();
    expect(delays).to.deep.equal([4_000, 4_001]);
  });

  it('stops with its last exporter', () => {
    const { clock, ticks, join } = scheduleAt(0);
    const leaveA = join('a', 10_000);
    const leaveB = join('b', 10_000);
    leaveA();
    clock.advance(10_000);
    leaveB();
    leaveB();
    clock.advance(60_000);
    expect(ticks).to.deep.equal(['b at 5000', 'b at 10000']);
    expect(clock.pending()).to.equal(0);
  });
});
