import type { Meter } from '@opentelemetry/api';
import type { OwnMetric } from '../../receiver/own-metric.ts';

const componentName = 'otel.component.name';

/** One metric of all components that read credentials from files: of two descriptions of one name the SDK would make two. */
export const credentialsReloaded = {
  name: 'ebs.collector.credentials.reloaded',
  type: 'counter',
  unit: '{reload}',
  description: 'How often new certificates, users or tokens were found in their files.',
  attributes: {
    [componentName]: 'Whose: the id in the configuration, `prometheus` or `kubernetes`.',
    'error.type': 'Why they were not taken over: an errno, or `invalid`. Absent where they were.',
  },
} as const satisfies OwnMetric;

export type CountReload = (errorType?: string) => void;

/** @param id of the component, `prometheus` */
export function countReloads(meter: Meter, id: string): CountReload {
  const counter = meter.createCounter(credentialsReloaded.name, credentialsReloaded);
  const attributes = { [componentName]: id };
  // An increase from nothing would not be seen.
  counter.add(0, attributes);
  return (errorType) =>
    counter.add(1, errorType === undefined ? attributes : { ...attributes, 'error.type': errorType });
}
