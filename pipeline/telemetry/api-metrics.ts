import type { Meter } from '@opentelemetry/api';
import { durationBuckets, type OwnMetric } from '../../receiver/own-metric.ts';

const nameAttribute = 'ebs.collector.api.name';
const operationAttribute = 'ebs.collector.api.operation';
const call = {
  [nameAttribute]: 'Which API: `imds` (instance metadata), `kubernetes`, `ec2` or `cloudwatch`.',
  [operationAttribute]: 'What was asked of it.',
};
const errorDescription =
  'Why the request failed: an HTTP status, an errno, `timeout`. Absent where it succeeded.';

/** The collector's metrics on the APIs it depends on. */
export const apiMetrics = {
  requests: {
    name: 'ebs.collector.api.requests',
    type: 'counter',
    unit: '{request}',
    description: 'Requests to the APIs that the collector depends on.',
    attributes: { ...call, 'error.type': errorDescription },
  },
  duration: {
    name: 'ebs.collector.api.duration',
    type: 'histogram',
    unit: 's',
    description: 'How long the requests took.',
    attributes: { ...call, 'error.type': errorDescription },
    advice: { explicitBucketBoundaries: durationBuckets },
  },
  throttles: {
    name: 'ebs.collector.api.throttles',
    type: 'counter',
    unit: '{request}',
    description: 'Requests that an API turned away because they came too often.',
    attributes: call,
  },
} as const satisfies Readonly<Record<string, OwnMetric>>;

export interface ApiCall {
  readonly api: 'imds' | 'kubernetes' | 'ec2' | 'cloudwatch';
  /** Few values: what was asked, not of whom. */
  readonly operation: string;
  readonly durationSeconds: number;
  /** Absent where the call succeeded. */
  readonly errorType?: string | undefined;
  readonly throttled?: boolean;
}

export type RecordApiCall = (call: ApiCall) => void;

export function createApiRecorder(meter: Meter): RecordApiCall {
  const requests = meter.createCounter(apiMetrics.requests.name, apiMetrics.requests);
  const duration = meter.createHistogram(apiMetrics.duration.name, apiMetrics.duration);
  const throttles = meter.createCounter(apiMetrics.throttles.name, apiMetrics.throttles);
  return ({ api, operation, durationSeconds, errorType, throttled = false }) => {
    const asked = { [nameAttribute]: api, [operationAttribute]: operation };
    const attributes = errorType === undefined ? asked : { ...asked, 'error.type': errorType };
    requests.add(1, attributes);
    duration.record(durationSeconds, attributes);
    if (throttled) throttles.add(1, asked);
  };
}
