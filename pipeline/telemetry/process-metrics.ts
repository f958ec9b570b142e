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

/** Ten samples a second: a finer sampling costs more CPU than all else the idle collector does. */
const delayResolutionMs = 100;

/** Registers the process's metrics. Once a process. */
export function observeProcess(meter: Meter): void {
  const own = processMetrics;
  const delay = monitorEventLoopDelay({ resolution: delayResolutionMs });
  delay.enable();
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
      // The samples hold the timer's own period; what is beyond it is delay. Without a sample the histogram says 0.
      const beyondPeriod = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - delayResolutionMs / 1e3);
      result.observe(delayMax, beyondPeriod(delay.max));
      result.observe(delayP99, beyondPeriod(delay.percentile(99)));
      delay.reset();
    },
    [cpuTime, memoryUsage, uptime, utilization, delayMax, delayP99],
  );
}
