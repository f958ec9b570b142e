import type { Meter, ObservableResult } from '@opentelemetry/api';
import type { OwnMetric } from '../../../../receiver/own-metric.ts';
import { driftKinds, type Drift, type DriftEvents } from './drift.ts';

const kindAttribute = 'ebs.collector.drift.kind';
const attributes = {
  [kindAttribute]:
    '`missing_device`: Kubernetes says that the volume is attached and no device shows it. `unexplained_device`: a device that no attachment explains.',
};

export const driftMetrics = {
  drift: {
    name: 'ebs.collector.drift',
    type: 'gauge',
    unit: '{volume}',
    description: 'Volumes that Kubernetes and the node disagree about.',
    attributes,
  },
  age: {
    name: 'ebs.collector.drift.age',
    type: 'gauge',
    unit: 's',
    description:
      'How long they have disagreed about the volume that it is longest for. Absent where they agree.',
    attributes,
  },
  found: {
    name: 'ebs.collector.drift.found',
    type: 'counter',
    unit: '{volume}',
    description: 'Times that they began to disagree about a volume.',
    attributes,
  },
  cleared: {
    name: 'ebs.collector.drift.cleared',
    type: 'counter',
    unit: '{volume}',
    description: 'Times that they came to agree again.',
    attributes,
  },
} as const satisfies Readonly<Record<string, OwnMetric>>;

export interface DriftTelemetry {
  events(events: DriftEvents): void;
  /** Takes back what was registered with the meter. */
  close(): void;
}

/** @param drifts those of now; undefined where nobody can tell */
export function createDriftTelemetry(
  meter: Meter,
  drifts: () => readonly Drift[] | undefined,
  nowMs: () => number,
): DriftTelemetry {
  const own = driftMetrics;
  const count = meter.createObservableGauge(own.drift.name, own.drift);
  const age = meter.createObservableGauge(own.age.name, own.age);
  const found = meter.createCounter(own.found.name, own.found);
  const cleared = meter.createCounter(own.cleared.name, own.cleared);
  // A rate over the first one needs the zero before it.
  for (const kind of driftKinds) for (const each of [found, cleared]) each.add(0, { [kindAttribute]: kind });

  const byKind = (observe: (kind: string, of: readonly Drift[]) => void): void => {
    const now = drifts();
    if (now === undefined) return;
    for (const kind of driftKinds) {
      const ofKind = now.filter((each) => each.kind === kind);
      observe(kind, ofKind);
    }
  };
  const observeCount = (result: ObservableResult): void =>
    byKind((kind, of) => result.observe(of.length, { [kindAttribute]: kind }));
  const observeAge = (result: ObservableResult): void =>
    byKind((kind, of) => {
      if (of.length === 0) return;
      const sinceMs = Math.min(...of.map((each) => each.sinceMs));
      result.observe((nowMs() - sinceMs) / 1000, { [kindAttribute]: kind });
    });
  count.addCallback(observeCount);
  age.addCallback(observeAge);

  return {
    events(events) {
      for (const { kind } of events.found) found.add(1, { [kindAttribute]: kind });
      for (const { kind } of events.cleared) cleared.add(1, { [kindAttribute]: kind });
    },
    close() {
      count.removeCallback(observeCount);
      age.removeCallback(observeAge);
    },
  };
}
