import { checked, field, hostPort, type Infer, listOf, object, oneOf } from '../../config/schema.ts';

/** Whose names the page carries. */
export const namingIds = ['ebs', 'otel', 'aws_ebs_csi'] as const;
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
    "Whose metric names to serve, one or several: `ebs` (the EBS exporter's), `otel` (OpenTelemetry's), `aws_ebs_csi` (the CSI driver's).",
  ),
});

export type PrometheusConfig = Infer<typeof prometheusSchema>;
