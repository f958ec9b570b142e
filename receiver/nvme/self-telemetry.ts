import type { Meter, ObservableResult } from '@opentelemetry/api';
import { durationBuckets, type OwnMetric } from '../own-metric.ts';
import { attribute } from './attributes.ts';
import { metricPrefix } from './metrics.ts';
import type { Reading, ReadingEvent } from './reading.ts';
import type { ReadOutcome } from './source.ts';
import type { VolumeKind } from './statistics.ts';

const componentAttribute = 'otel.component.name';
const kindAttribute = 'ebs.collector.volume.kind';
const stateAttribute = 'ebs.collector.volume.state';
const errorDescription = 'Why it failed; absent where it did not.';

/** The receiver's metrics on itself. */
export const receiverOwnMetrics = {
  volumes: {
    name: 'ebs.collector.volumes',
    type: 'gauge',
    unit: '{volume}',
    description: 'Volumes attached to the node at the last reading.',
    attributes: {
      [componentAttribute]: 'The receiver: its id in the configuration, `nvme`.',
      [kindAttribute]: '`ebs` or `instance_store`.',
      [stateAttribute]: '`readable` or `failed`.',
    },
  },
  attached: {
    name: 'ebs.collector.volume.attached',
    type: 'counter',
    unit: '{volume}',
    description: 'Attachments seen, those found at start and counters that started over among them.',
    attributes: {},
  },
  detached: {
    name: 'ebs.collector.volume.detached',
    type: 'counter',
    unit: '{volume}',
    description: 'Attachments seen to end.',
    attributes: {},
  },
  reads: {
    name: 'ebs.collector.reads',
    type: 'counter',
    unit: '{read}',
    description: 'Statistics pages asked of drives.',
    attributes: { [attribute.errorType]: errorDescription },
  },
  readDuration: {
    name: 'ebs.collector.read.duration',
    type: 'histogram',
    unit: 's',
    description: 'How long one drive took to be opened, read and closed.',
    attributes: {},
    advice: { explicitBucketBoundaries: durationBuckets },
  },
  collections: {
    name: 'ebs.collector.collections',
    type: 'counter',
    unit: '{collection}',
    description: 'Readings of the whole node.',
    attributes: { [attribute.errorType]: errorDescription },
  },
  collectionDuration: {
    name: 'ebs.collector.collection.duration',
    type: 'histogram',
    unit: 's',
    description: 'How long a reading of the whole node took, from discovery to metrics.',
    attributes: {},
    advice: { explicitBucketBoundaries: durationBuckets },
  },
  readingsShared: {
    name: 'ebs.collector.readings.shared',
    type: 'counter',
    unit: '{reading}',
    description: 'Times that a scrape or push was served from a reading made for another.',
    attributes: {},
  },
} as const satisfies Readonly<Record<string, OwnMetric>>;

export interface ReceiverTelemetry {
  /** The outcomes of one reading of the node. */
  read(outcomes: readonly ReadOutcome[]): void;
  event(event: ReadingEvent): void;
  collected(durationSeconds: number, failed: boolean): void;
  /** A reading was given to one more asker. */
  shared(): void;
  /** Takes back what was registered with the meter. */
  close(): void;
}

/**
 * @param id the receiver's id in the configuration
 * @param latest the last reading, whose volumes are counted by kind and state
 */
export function createReceiverTelemetry(
  meter: Meter,
  id: string,
  latest: () => Reading | undefined,
): ReceiverTelemetry {
  const own = receiverOwnMetrics;
  const volumes = meter.createObservableGauge(own.volumes.name, own.volumes);
  const attached = meter.createCounter(own.attached.name, own.attached);
  const detached = meter.createCounter(own.detached.name, own.detached);
  const reads = meter.createCounter(own.reads.name, own.reads);
  const readDuration = meter.createHistogram(own.readDuration.name, own.readDuration);
  const collections = meter.createCounter(own.collections.name, own.collections);
  const collectionDuration = meter.createHistogram(own.collectionDuration.name, own.collectionDuration);
  const shared = meter.createCounter(own.readingsShared.name, own.readingsShared);
  // A counter without a value is not exported; a rate over its first failure needs the zero before it.
  for (const counter of [attached, detached, reads, collections, shared]) counter.add(0);

  const series = (Object.keys(metricPrefix) as VolumeKind[]).flatMap((kind) =>
    [true, false].map((ok) => {
      const state = ok ? 'readable' : 'failed';
      return {
        kind,
        ok,
        attributes: { [componentAttribute]: id, [kindAttribute]: kind, [stateAttribute]: state },
      };
    }),
  );
  const observeVolumes = (result: ObservableResult) => {
    const all = latest()?.volumes ?? [];
    for (const { kind, ok, attributes } of series) {
      let count = 0;
      all.forEach((volume) => {
        if (volume.ok === ok && volume.attachment.volume.kind === kind) count += 1;
      });
      result.observe(count, attributes);
    }
  };
  volumes.addCallback(observeVolumes);

  return {
    read(outcomes) {
      let succeeded = 0;
      // `for of` makes an object for each.
      outcomes.forEach((outcome) => {
        if (outcome.ok) succeeded += 1;
        else reads.add(1, { [attribute.errorType]: outcome.error.type });
        readDuration.record(outcome.durationSeconds);
      });
      reads.add(succeeded);
    },
    event({ type }) {
      if (type === 'attached' || type === 'reset') attached.add(1);
      if (type === 'detached' || type === 'reset') detached.add(1);
    },
    collected(durationSeconds, failed) {
      collections.add(1, failed ? { [attribute.errorType]: 'discovery' } : {});
      collectionDuration.record(durationSeconds);
    },
    shared: () => shared.add(1),
    close: () => volumes.removeCallback(observeVolumes),
  };
}
