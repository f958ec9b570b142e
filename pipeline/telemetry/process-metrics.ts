import { monitorEventLoopDelay, performance, type EventLoopUtilization } from 'node:perf_hooks';
import type { Meter } from '@opentelemetry/api';
import type { OwnMetric } from '../../receiver/own-metric.ts';

/** What the process costs the node, under OpenTelemetry's names. */
export const processMetrics = {
  cpuTime: {
    name: 'process.cpu.time',
    type: 'counter',
    unit: 's',
    description: 'CPU time of the process.',
    attributes: { 'cpu.mode': '`user` or `system`.' },
  },
  memoryUsage: {
    name: 'process.memory.usage',
    type: 'gauge',
    unit: 'By',
    description: 'Resident memory of the process.',
    attributes: {},
  },
  uptime: {
    name: 'process.uptime',
    type: 'gauge',
    unit: 's',
    description: 'Time since the process started.',
    attributes: {},
  },
  eventLoopUtilization: {
    name: 'nodejs.eventloop.utilization',
    type: 'gauge',
    unit: '1',
    description: 'Share of the time since the collection before that the event loop was busy.',
    attributes: {},
  },
  eventLoopDelayMax: {
    name: 'nodejs.eventloop.delay.max',
    type: 'gauge',
    unit: 's',
    description: 'Longest delay of the event loop since the collection before.',
    attributes: {},
  },
  eventLoopDelayP99: {
    name: 'nodejs.eventloop.delay.p99',
    type: 'gauge',
    unit: 's',
    description: '99th percentile of the delay of the event loop since the collection before.',
    attributes: {},
  },
} as const satisfies Readonly<Record<string, OwnMetric>>;

/** Ten samples a second by Node's own monitor: 0.2 ms of CPU a second, where a timer of ours took 0.75 ms. */
const samplePeriodMs = 100;

/** Of so many, the longest is the 99th percentile. */
const fewSamples = 50;

interface EventLoopDelay {
  readonly maxSeconds: number;
  readonly p99Seconds: number;
}

/** Measures how late the event loop runs timers. Gives what there was since it was last asked; without a sample, 0. */
function watchDelay(): () => EventLoopDelay {
  const monitor = monitorEventLoopDelay({ resolution: samplePeriodMs });
  monitor.enable();
  // The monitor measures from sample to sample, and from a reset to the first sample nothing. What holds the event loop up
  // right after a collection, making a page of it, is seen by who waits for its next turn.
  let afterCollectionMs = 0;
  const beyondPeriod = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - samplePeriodMs / 1e3);
  return () => {
    const maxSeconds = Math.max(beyondPeriod(monitor.max), afterCollectionMs / 1e3);
    // Node walks through thousands of buckets to find it: 4 % of what a scrape of one volume takes.
    const isLongest = monitor.count <= fewSamples;
    const p99Seconds = beyondPeriod(isLongest ? monitor.max : monitor.percentile(99));
    monitor.reset();
    afterCollectionMs = 0;
    const askedMs = performance.now();
    setImmediate(() => {
      afterCollectionMs = Math.max(afterCollectionMs, performance.now() - askedMs);
    });
    return { maxSeconds, p99Seconds };
  };
}

const userMode = { 'cpu.mode': 'user' };
const systemMode = { 'cpu.mode': 'system' };

/** Registers the process's metrics. Once a process. */
export function observeProcess(meter: Meter): void {
  const own = processMetrics;
  const takeDelay = watchDelay();
  let utilizationBefore: EventLoopUtilization = performance.eventLoopUtilization();

  const cpuTime = meter.createObservableCounter(own.cpuTime.name, own.cpuTime);
  const memoryUsage = meter.createObservableGauge(own.memoryUsage.name, own.memoryUsage);
  const uptime = meter.createObservableGauge(own.uptime.name, own.uptime);
  const utilization = meter.createObservableGauge(own.eventLoopUtilization.name, own.eventLoopUtilization);
  const delayMax = meter.createObservableGauge(own.eventLoopDelayMax.name, own.eventLoopDelayMax);
  const delayP99 = meter.createObservableGauge(own.eventLoopDelayP99.name, own.eventLoopDelayP99);

  meter.addBatchObservableCallback(
    (result) => {
      const { user, system } = process.cpuUsage();
      result.observe(cpuTime, user / 1e6, userMode);
      result.observe(cpuTime, system / 1e6, systemMode);
      result.observe(memoryUsage, process.memoryUsage.rss());
      result.observe(uptime, process.uptime());
      const utilizationNow = performance.eventLoopUtilization();
      result.observe(
        utilization,
        performance.eventLoopUtilization(utilizationNow, utilizationBefore).utilization,
      );
      utilizationBefore = utilizationNow;
      const { maxSeconds, p99Seconds } = takeDelay();
      result.observe(delayMax, maxSeconds);
      result.observe(delayP99, p99Seconds);
    },
    [cpuTime, memoryUsage, uptime, utilization, delayMax, delayP99],
  );
}
