import type { ComponentKind } from './component-id.ts';
import type { ForeignKeys } from './schemas/object.ts';

/** What to do with parts of an OpenTelemetry Collector's configuration that have no place here. */

export const foreignSections: ForeignKeys = {
  extensions:
    'there are none here; /healthz and /readyz are on the port of the prometheus exporter; remove it',
  connectors: 'there are none here: remove it',
};

export const foreignServiceKeys: ForeignKeys = {
  extensions:
    'there are none here; /healthz and /readyz are on the port of the prometheus exporter; remove it',
};

const foreignTypes: Readonly<Record<ComponentKind, Readonly<Record<string, string>>>> = {
  receiver: {},
  processor: {
    batch: 'each push is one batch already: remove it',
    memory_limiter: 'memory is bounded by the number of volumes: remove it',
    resourcedetection: 'host and cloud are detected without it: remove it',
  },
  exporter: {
    otlp: 'OTLP goes over HTTP here: did you mean "otlphttp"?',
    otlp_grpc: 'OTLP goes over HTTP here: did you mean "otlphttp"?',
    prometheusremotewrite: 'send OTLP with otlphttp, which Prometheus takes at /api/v1/otlp',
  },
};

/** What follows `unknown exporter type "otlp"`. */
export function adviceOnType(kind: ComponentKind, type: string, meant: string | undefined): string {
  const known = foreignTypes[kind];
  if (Object.hasOwn(known, type)) return `: ${known[type]}`;
  return meant === undefined ? '' : `: did you mean "${meant}"?`;
}
