import {
  boolean,
  byteSize,
  checked,
  durationMs,
  field,
  httpUrl,
  mapOf,
  object,
  oneOf,
  optional,
  refine,
  secret,
  section,
  string,
  type Infer,
} from '../../config/schema.ts';
import { retryOnFailureSchema, sendingQueueSchema } from '../sending-queue/config.ts';
import { temporalityField } from '../temporality/config.ts';

// RFC 9110, sections 5.1 and 5.5. Node refuses others only when it sends.
const headerName = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

const headers = checked(
  mapOf(
    checked(secret(), (value) =>
      headerValue.test(value) ? undefined : 'expected one line of text (a header cannot hold a line break)',
    ),
  ),
  (values) => {
    const wrong = Object.keys(values).find((name) => !headerName.test(name));
    return wrong === undefined ? undefined : `${JSON.stringify(wrong)} cannot be the name of a header`;
  },
);

const tls = refine(
  object(
    {
      ca_file: field(
        optional(string()),
        undefined,
        "PEM file with the authorities to trust, instead of the system's.",
      ),
      cert_file: field(optional(string()), undefined, 'PEM file with the client certificate.'),
      key_file: field(optional(string()), undefined, "PEM file with the client certificate's key."),
      insecure_skip_verify: field(
        boolean(),
        false,
        "Accepts any server's certificate. For trying things only.",
      ),
    },
    { insecure: 'write http:// or https:// in the endpoint instead' },
  ),
  ['cert_file', 'key_file'],
  ({ cert_file, key_file }) =>
    (cert_file === undefined) === (key_file === undefined)
      ? undefined
      : `${cert_file === undefined ? 'cert_file' : 'key_file'} is missing: cert_file and key_file go together`,
);

export type OtlpHttpTlsConfig = Infer<typeof tls>;

/** No server is set to take less. One that says so of all it is sent must not be sent each point by itself. */
export const smallestMaxBytes = 16 * 1024;

/**
 * What a gRPC receiver takes behind a gateway (4 MiB); the Collector's own HTTP receiver takes 20 MiB. Both count what is
 * decompressed. About 950 volumes with protobuf, 500 with JSON.
 */
const defaultMaxBytes = 4 * 1024 * 1024;

/** Of the Collector's otlphttp, without a meaning here. */
const collectorKeys = {
  traces_endpoint: 'there are only metrics: remove it',
  logs_endpoint: 'there are only metrics: remove it',
  profiles_endpoint: 'there are only metrics: remove it',
  auth: 'write the credentials into headers, as ${env:VARIABLE}',
};

export const otlpHttpSchema = refine(
  object(
    {
      endpoint: field(
        optional(httpUrl()),
        undefined,
        'Base URL of the backend; `/v1/metrics` is added. This or `metrics_endpoint` must be given.',
      ),
      metrics_endpoint: field(optional(httpUrl()), undefined, 'Full URL for metrics, taken as it is.'),
      encoding: field(oneOf(['proto', 'json']), 'proto', 'OTLP as protobuf or as JSON.'),
      compression: field(oneOf(['gzip', 'none']), 'gzip', 'Compression of the request.'),
      max_request_body_size: field(
        byteSize({ min: smallestMaxBytes, max: 64 * 1024 * 1024 }),
        defaultMaxBytes,
        'A push that is larger, before compression, goes in several requests. The Collector calls the same limit so on its receiver.',
      ),
      headers: field(headers, {}, 'Headers of every request, for credentials.'),
      timeout: field(durationMs({ min: 100 }), 10_000, 'For one request.'),
      interval: field(
        optional(durationMs({ min: 100 })),
        undefined,
        "How often to push; the receiver's `collection_interval` where absent.",
      ),
      temporality: temporalityField,
      sending_queue: section(sendingQueueSchema, 'What waits for the backend.'),
      retry_on_failure: section(retryOnFailureSchema, 'How what failed is tried again.'),
      tls: section(tls, 'Certificates, for https.'),
    },
    collectorKeys,
  ),
  ['endpoint', 'metrics_endpoint'],
  ({ endpoint, metrics_endpoint }) =>
    endpoint === undefined && metrics_endpoint === undefined
      ? '"endpoint" is missing: expected an http or https URL like https://otlp.example.com:4318'
      : undefined,
);

export type OtlpHttpConfig = Infer<typeof otlpHttpSchema>;

/** Where the metrics go. */
export function metricsUrl({
  endpoint,
  metrics_endpoint,
}: Pick<OtlpHttpConfig, 'endpoint' | 'metrics_endpoint'>): URL {
  if (metrics_endpoint !== undefined) return new URL(metrics_endpoint);
  if (endpoint === undefined) throw new Error('an otlphttp exporter needs endpoint or metrics_endpoint');
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/metrics`;
  return url;
}
