import type { Meter, ObservableResult } from '@opentelemetry/api';
import { attribute } from '../nvme/attributes.ts';
import { durationBuckets, type OwnMetric } from '../own-metric.ts';
import type { UsageOutcome } from './file-systems.ts';

const componentAttribute = 'otel.component.name';
const stateAttribute = 'ebs.collector.mount.state';

/** The receiver's metrics on itself. */
export const usageOwnMetrics = {
  mounts: {
    name: 'ebs.collector.mounts',
    type: 'gauge',
    unit: '{mount}',
    description: 'PersistentVolumes with a file system that were mounted at the last reading.',
    attributes: {
      [componentAttribute]: 'The receiver: its id in the configuration, `volume_usage`.',
      [stateAttribute]: '`readable` or `failed`.',
    },
  },
  reads: {
    name: 'ebs.collector.mount.reads',
    type: 'counter',
    unit: '{read}',
    description: 'Times that a file system was asked how full it is.',
    attributes: {
      [attribute.errorType]:
        'Why it failed: `permission_denied`, `timeout`, `io_error` or `gone`; absent where it did not.',
    },
  },
  readDuration: {
    name: 'ebs.collector.mount.read.duration',
    type: 'histogram',
    unit: 's',
    description: 'How long one file system took to answer.',
    attributes: {},
    advice: { explicitBucketBoundaries: durationBuckets },
  },
} as const satisfies Readonly<Record<string, OwnMetric>>;

export interface UsageTelemetry {
  read(outcome: UsageOutcome): void;
  /** Takes back what was registered with the meter. */
  close(): void;
}

/** @param latest the outcomes of the last reading */
export function createUsageTelemetry(
  meter: Meter,
  id: string,
  latest: () => readonly UsageOutcome[],
): UsageTelemetry {
  const own = usageOwnMetrics;
  const mounts = meter.createObservableGauge(own.mounts.name, own.mounts);
  const reads = meter.createCounter(own.reads.name, own.reads);
  const readDuration = meter.createHistogram(own.readDuration.name, own.readDuration);
  // A counter without a value is not exported; a rate over its first failure needs the zero before it.
  reads.add(0);

  const readableMounts = { [componentAttribute]: id, [stateAttribute]: 'readable' };
  const failedMounts = { [componentAttribute]: id, [stateAttribute]: 'failed' };
  const observe = (result: ObservableResult): void => {
    const outcomes = latest();
    const readable = outcomes.filter(({ ok }) => ok).length;
    result.observe(readable, readableMounts);
    result.observe(outcomes.length - readable, failedMounts);
  };
  mounts.addCallback(observe);

  return {
    read(outcome) {
      if (outcome.ok) reads.add(1);
      else reads.add(1, { [attribute.errorType]: outcome.error.type });
      readDuration.record(outcome.durationSeconds);
    },
    close: () => mounts.removeCallback(observe),
  };
}
