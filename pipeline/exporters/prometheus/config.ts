import {
  checked,
  durationMs,
  field,
  hostPort,
  type Infer,
  integer,
  listOf,
  object,
  oneOf,
  section,
} from '../../config/schema.ts';
import { serverAuth, serverTls } from './endpoint/config.ts';

/** Whose names the page carries. */
export const namingIds = ['ebs', 'otel', 'aws_ebs_csi', 'kubelet', 'pv_disk_usage'] as const;
export type NamingId = (typeof namingIds)[number];

export const prometheusSchema = object({
  endpoint: field(
    hostPort(),
    { host: '0.0.0.0', port: 8090 },
    'Where to listen: `0.0.0.0:8090`, `[::]:8090`, `127.0.0.1:8090`; port 0 takes a free one.',
  ),
  naming: field(
    checked(listOf(oneOf(namingIds)), (ids) =>
      ids.length > 0
        ? undefined
        : `expected one or more of ${namingIds.join(', ')} but received an empty list`,
    ),
    ['ebs'],
    "Whose metric names to serve, one or several: `ebs` (the EBS exporter's), `otel` (OpenTelemetry's), `aws_ebs_csi` (the CSI driver's); for how full volumes are also `kubelet` (`kubelet_volume_stats_…`) and `pv_disk_usage`.",
  ),
  tls: section(serverTls, 'Certificates, for https.'),
  auth: section(
    serverAuth,
    'Who may ask. Where nothing is set, everybody may; /healthz and /readyz stay open.',
  ),
  max_requests_in_flight: field(
    integer({ min: 1, max: 10_000 }),
    40,
    'Requests that are worked on at once. Beyond, those who ask most are answered 503.',
  ),
  max_connections: field(
    integer({ min: 2, max: 65_536 }),
    512,
    'Connections that are open at once. Beyond, those who keep the server waiting longest are ended.',
  ),
  write_timeout: field(
    durationMs({ min: 1_000 }),
    15_000,
    'How long a client may take to take in an answer.',
  ),
});

export type PrometheusConfig = Infer<typeof prometheusSchema>;
