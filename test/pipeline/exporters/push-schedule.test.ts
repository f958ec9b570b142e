import { expect } from 'chai';
import { createPushSchedule } from '../../../pipeline/exporters/push-schedule.ts';
import { createManualClock } from '../../fixtures/manual-clock.ts';

function scheduleAt(startMs: number) {
  const clock = createManualClock(startMs);
  const ticks: string[] = [];
  const schedule = createPushSchedule(clock.nowMs, clock.setTimer);
  const join = (name: string, intervalMs: number) =>
    schedule.every(intervalMs, () => ticks.push(`${name} at ${clock.nowMs() - startMs}`));
  return { clock, ticks, join };
}

describe('push schedule', () => {
  it('ticks once an interval, first an interval after the first exporter joined', () => {
    const { clock, ticks, join } = scheduleAt(12_345);
    join('a', 10_000);
    clock.advance(30_000);
    expect(ticks).to.deep.equal(['a at 10000', 'a at 20000', 'a at 30000']);
  });

  it('makes exporters of one interval tick at one moment, whenever they joined', () => {
    const { clock, ticks, join } = scheduleAt(500);
    join('a', 10_000);
    clock.advance(3_333);
    join('b', 10_000);
    clock.advance(16_667);
    expect(ticks).to.deep.equal(['a at 10000', 'b at 10000', 'a at 20000', 'b at 20000']);
  });

  it('makes an exporter of a multiple of another interval tick with it', () => {
    const { clock, ticks, join } = scheduleAt(0);
    join('a', 10_000);
    clock.advance(4_000);
    join('b', 20_000);
    clock.advance(16_000);
    expect(ticks).to.have.members(['a at 10000', 'a at 20000', 'b at 20000']);
  });

  it('leaves out the ticks that a busy process missed, and keeps the rhythm', () => {
    const clock = createManualClock();
    const due: { run: () => void; atMs: number }[] = [];
    const schedule = createPushSchedule(clock.nowMs, (run, delayMs) => {
      due.push({ run, atMs: clock.nowMs() + delayMs });
      return () => {};
    });
    let ticks = 0;
    schedule.every(10_000, () => (ticks += 1));
    clock.advance(34_000);
    due.shift()?.run();
    expect(ticks).to.equal(1);
    expect(due.map(({ atMs }) => atMs)).to.deep.equal([40_000]);
  });

  it('does not tick twice when a timer fires early', () => {
    const clock = createManualClock();
    const delays: number[] = [];
    let fire = (): void => {};
    const schedule = createPushSchedule(clock.nowMs, (run, delayMs) => {
      delays.push(delayMs);
      fire = run;
      return () => {};
    });
    schedule.every(10_000, () => {});
    clock.advance(9_999);
    fire();
    expect(delays).to.deep.equal([10_000, 10_001]);
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
    expect(ticks).to.deep.equal(['b at 10000']);
    expect(clock.pending()).to.equal(0);
  });
});
