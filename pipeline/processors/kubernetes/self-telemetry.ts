import type { Meter, ObservableResult } from '@opentelemetry/api';
import { attribute } from '../../../receiver/nvme/attributes.ts';
import type { OwnMetric } from '../../../receiver/own-metric.ts';
import { countReloads, credentialsReloaded, type CountReload } from '../../telemetry/credentials-metric.ts';
import type { OwnerTable } from './owners.ts';

const stateAttribute = 'ebs.collector.owner.state';
const resultAttribute = 'ebs.collector.cache.result';

/** The processor's metrics on itself. */
export const ownerMetrics = {
  owners: {
    name: 'ebs.collector.owners',
    type: 'gauge',
    unit: '{volume}',
    description: "PersistentVolumes of the node's pods.",
    attributes: {
      [stateAttribute]: '`claimed`: the claim is known. `volume`: only what the kubelet wrote down is.',
    },
  },
  lookups: {
    name: 'ebs.collector.owner.lookups',
    type: 'counter',
    unit: '{lookup}',
    description: 'Times that an owner was looked for: once a scan for each volume that a pod has.',
    attributes: {
      [resultAttribute]: '`hit`: it was known. `miss`: the API had to be asked, or nobody could be.',
    },
  },
  reloaded: credentialsReloaded,
} as const satisfies Readonly<Record<string, OwnMetric>>;

export interface OwnerTelemetry {
  lookup(isKnown: boolean): void;
  /** The token or the certificate for the API. */
  readonly reloaded: CountReload;
  /** Takes back what was registered with the meter. */
  close(): void;
}

export function createOwnerTelemetry(meter: Meter, id: string, owners: () => OwnerTable): OwnerTelemetry {
  const own = ownerMetrics;
  const gauge = meter.createObservableGauge(own.owners.name, own.owners);
  const lookups = meter.createCounter(own.lookups.name, own.lookups);

  const observe = (result: ObservableResult): void => {
    const distinct = [...new Set(owners().values())];
    const claimed = distinct.filter((owner) => owner[attribute.persistentVolumeClaim] !== undefined).length;
    result.observe(claimed, { [stateAttribute]: 'claimed' });
    result.observe(distinct.length - claimed, { [stateAttribute]: 'volume' });
  };
  gauge.addCallback(observe);

  return {
    lookup: (isKnown) => lookups.add(1, { [resultAttribute]: isKnown ? 'hit' : 'miss' }),
    reloaded: countReloads(meter, id),
    close: () => gauge.removeCallback(observe),
  };
}
