import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { observeProcess, processMetrics } from '../../../pipeline/telemetry/process-metrics.ts';
import { recordMetrics } from '../../fixtures/component-context.ts';

function setUp() {
  const { meter, values } = recordMetrics();
  observeProcess(meter);
  return async () =>
    new Map(
      (await values()).map(({ name, attributes, value }) => [
        [name, ...Object.values(attributes)].join(' '),
        Number(value),
      ]),
    );
}

function occupyEventLoop(forMs: number): void {
  const untilMs = performance.now() + forMs;
  while (performance.now() < untilMs);
}

describe('the metrics of the process', () => {
  it('are those of the table, from the first collection on', async () => {
    const names = Object.values(processMetrics).map(({ name }) => name);
    const told = await setUp()();
    expect([...new Set([...told.keys()].map((key) => key.split(' ')[0]))]).to.have.members(names);
    expect([...told.keys()]).to.include.members(['process.cpu.time user', 'process.cpu.time system']);
    for (const [name, value] of told) expect(value, name).to.satisfy(Number.isFinite).and.be.at.least(0);
  });

  it('are in the units that they are said to be in', async () => {
    const told = await setUp()();
    // A process that runs tests has more than a megabyte and less than a terabyte.
    expect(told.get('process.memory.usage')).to.be.within(1e6, 1e12);
    expect(told.get('process.uptime')).to.be.within(0, process.uptime());
    const { user } = process.cpuUsage();
    expect(told.get('process.cpu.time user')).to.be.within(user / 1e6 / 2, user / 1e6);
  });

  it('count CPU time up', async () => {
    const collect = setUp();
    // The kernel is exact for both together only: whose a tick was decides how it divides them.
    const both = async () => {
      const told = await collect();
      return (told.get('process.cpu.time user') ?? NaN) + (told.get('process.cpu.time system') ?? NaN);
    };
    const before = await both();
    occupyEventLoop(30);
    expect(await both()).to.be.greaterThan(before);
  });

  it('show which share of the time since the collection before the event loop was busy', async () => {
    const collect = setUp();
    const utilization = async () => (await collect()).get('nodejs.eventloop.utilization') ?? NaN;
    await sleep(100);
    const rested = await utilization();
    // Without a turn of the event loop in between there is no rest.
    occupyEventLoop(50);
    const busy = await utilization();
    expect(busy).to.be.greaterThan(rested).and.greaterThan(0.9);
    await sleep(50);
    expect(await utilization()).to.be.lessThan(busy);
  });

  it('show what held the event loop up since the collection before', async () => {
    const collect = setUp();
    await collect();
    await sleep(250);
    occupyEventLoop(300);
    await sleep(250);
    const told = await collect();
    expect(told.get('nodejs.eventloop.delay.max')).to.be.greaterThan(0.1);
    expect(told.get('nodejs.eventloop.delay.p99')).to.be.greaterThan(0.1);
  });

  it('show what held the event loop up right after a collection, and forget it then', async () => {
    const collect = setUp();
    const maxDelay = async () => (await collect()).get('nodejs.eventloop.delay.max') ?? NaN;
    await maxDelay();
    occupyEventLoop(300);
    await sleep(250);
    expect(await maxDelay()).to.be.greaterThan(0.1);
    // In the same turn of the event loop there is no new sample.
    expect(await maxDelay()).to.equal(0);
  });
});
