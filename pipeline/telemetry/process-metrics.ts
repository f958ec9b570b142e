import {
  createHistogram,
  performance,
  type EventLoopUtilization,
  type RecordableHistogram,
} from 'node:perf_hooks';
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

/** Ten samples a second: a finer sampling costs more CPU than all else the idle collector does. */
const samplePeriodMs = 100;
const longestDelayNanoseconds = 3_600e9;

/**
 * How late the event loop runs a timer, ns. Node's own monitor forgets at each reset when it ran last, and so would not
 * see what holds the loop up right after a collection: making a page of it.
 */
function sampleDelay(): RecordableHistogram {
  const delay = createHistogram({ lowest: 1, highest: longestDelayNanoseconds, figures: 3 });
  let dueMs = performance.now() + samplePeriodMs;
  setInterval(() => {
    const nowMs = performance.now();
    const nanoseconds = Math.round((nowMs - dueMs) * 1e6);
    delay.record(Math.min(Math.max(nanoseconds, 1), longestDelayNanoseconds));
    dueMs = nowMs + samplePeriodMs;
  }, samplePeriodMs).unref();
  return delay;
}

/** Registers the process's metrics. Once a process. */
export function observeProcess(meter: Meter): void {
  const own = processMetrics;
  const delay = sampleDelay();
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
      result.observe(cpuTime, user / 1e6, { 'cpu.mode': 'user' });
      result.observe(cpuTime, system / 1e6, { 'cpu.mode': 'system' });
      result.observe(memoryUsage, process.memoryUsage.rss());
      result.observe(uptime, process.uptime());
      const utilizationNow = performance.eventLoopUtilization();
      result.observe(
        utilization,
        performance.eventLoopUtilization(utilizationNow, utilizationBefore).utilization,
      );
      utilizationBefore = utilizationNow;
      // Without a sample the histogram says 0.
      result.observe(delayMax, delay.max / 1e9);
      result.observe(delayP99, delay.percentile(99) / 1e9);
      delay.reset();
    },
    [cpuTime, memoryUsage, uptime, utilization, delayMax, delayP99],
  );
}
