import type { Meter } from '@opentelemetry/api';
import type { OwnMetric } from '../../../../receiver/own-metric.ts';
import { componentName } from '../../exporter-metrics.ts';
import {
  countReloads,
  credentialsReloaded,
  type CountReload,
} from '../../../telemetry/credentials-metric.ts';

/** Why somebody was turned away. */
export const refusals = {
  unauthorized: 'no credentials, or wrong ones',
  too_many_attempts: 'more passwords at once than are verified',
  busy: 'more requests in flight than `max_requests_in_flight`',
  malformed: 'no HTTP, or a body',
  oversized: 'headers beyond 8 KiB',
  slow: 'too slow to ask, or to take the answer',
  connections: 'more connections than `max_connections`',
} as const;
export type Refusal = keyof typeof refusals;

/** The collector's metrics on the endpoint that it serves. */
export const endpointMetrics = {
  reloaded: credentialsReloaded,
  refused: {
    name: 'ebs.collector.endpoint.refused',
    type: 'counter',
    unit: '{request}',
    description: 'Requests and connections that were turned away.',
    attributes: {
      [componentName]: 'The exporter: its id in the configuration, `prometheus`.',
      'error.type': `Why: ${Object.entries(refusals)
        .map(([type, says]) => `\`${type}\` (${says})`)
        .join(', ')}.`,
    },
  },
} as const satisfies Readonly<Record<string, OwnMetric>>;

export interface EndpointTelemetry {
  readonly reloaded: CountReload;
  refused(why: Refusal): void;
}

export function countEndpoint(meter: Meter, id: string): EndpointTelemetry {
  const attributes = { [componentName]: id };
  const refused = meter.createCounter(endpointMetrics.refused.name, endpointMetrics.refused);
  return {
    reloaded: countReloads(meter, id),
    refused: (why) => refused.add(1, { ...attributes, 'error.type': why }),
  };
}
