import {
  boolean,
  durationMs,
  field,
  hostPort,
  httpUrl,
  integer,
  listOf,
  mapOf,
  object,
  oneOf,
  optional,
  refine,
  required,
  secret,
  section,
  string,
} from '../../../pipeline/config/schema.ts';

/** Components in the shape of the real ones: what is tested here is the reading of configurations, not these. */

const nvme = refine(
  object({
    collection_interval: field(durationMs({ min: 1000 }), 10_000, 'How often.'),
    min_interval: field(durationMs(), 1000, 'How old.'),
    devices: section(
      object({
        include: field(listOf(string()), ['*'], 'Which.'),
        exclude: field(listOf(string()), [], 'Which not.'),
      }),
      'Devices.',
    ),
    instance_store: field(boolean(), true, 'Whether.'),
    simulate: field(integer({ min: 0, max: 512 }), 0, 'How many.'),
  }),
  ['min_interval', 'collection_interval'],
  ({ min_interval, collection_interval }) =>
    min_interval <= collection_interval ? undefined : 'min_interval is longer than collection_interval',
);

const resource = object({
  attributes: field(
    listOf(
      object({
        key: required(string(), 'The attribute.'),
        value: field(optional(string()), undefined, 'To set.'),
      }),
    ),
    [],
    'What to do.',
  ),
});

const otlphttp = object(
  {
    endpoint: field(optional(httpUrl()), undefined, 'Where.'),
    metrics_endpoint: field(optional(httpUrl()), undefined, 'Exactly where.'),
    encoding: field(oneOf(['proto', 'json']), 'proto', 'How.'),
    compression: field(oneOf(['gzip', 'none']), 'gzip', 'How small.'),
    headers: field(mapOf(secret()), {}, 'Credentials.'),
    timeout: field(durationMs(), 10_000, 'How long.'),
    temporality: field(oneOf(['cumulative', 'delta']), 'cumulative', 'Since when.'),
    tls: section(
      refine(
        object({
          ca_file: field(optional(string()), undefined, 'Authorities.'),
          cert_file: field(optional(string()), undefined, 'Certificate.'),
          key_file: field(optional(string()), undefined, 'Key.'),
        }),
        ['cert_file', 'key_file'],
        ({ cert_file, key_file }) =>
          (cert_file === undefined) === (key_file === undefined)
            ? undefined
            : 'cert_file and key_file go together',
      ),
      'Certificates.',
    ),
  },
  { sending_queue: 'the newest reading is sent and none is queued: remove it' },
);

const prometheus = object({
  endpoint: field(hostPort(), { host: '0.0.0.0', port: 8090 }, 'Where.'),
  naming: field(listOf(oneOf(['ebs', 'otel', 'aws_ebs_csi'])), ['ebs'], 'Which names.'),
});

export const schemas = {
  receivers: { nvme },
  processors: { resource },
  exporters: { otlphttp, prometheus },
  aliases: { exporter: { otlp_http: 'otlphttp' } },
};
