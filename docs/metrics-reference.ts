import { awsEbsCsiNaming } from '../pipeline/exporters/prometheus/namings/aws-ebs-csi.ts';
import { ebsNaming } from '../pipeline/exporters/prometheus/namings/ebs.ts';
import { kubeletNaming } from '../pipeline/exporters/prometheus/namings/kubelet.ts';
import { prometheusName, prometheusUnit } from '../pipeline/exporters/prometheus/namings/otel-names.ts';
import { pvDiskUsageNaming } from '../pipeline/exporters/prometheus/namings/pv-disk-usage.ts';
import { familyRules, type NamingTable } from '../pipeline/exporters/prometheus/namings/table.ts';
import { endpointMetrics } from '../pipeline/exporters/prometheus/endpoint/endpoint-metrics.ts';
import { exporterMetrics } from '../pipeline/exporters/exporter-metrics.ts';
import { queueMetrics } from '../pipeline/exporters/sending-queue/metrics.ts';
import { driftMetrics } from '../pipeline/processors/kubernetes/drift/drift-telemetry.ts';
import { ownerMetrics } from '../pipeline/processors/kubernetes/self-telemetry.ts';
import { serviceMetrics } from '../pipeline/service.ts';
import { apiMetrics } from '../pipeline/telemetry/api-metrics.ts';
import { processMetrics } from '../pipeline/telemetry/process-metrics.ts';
import { attributeDescriptions, claimLabelPrefix, volumeLabelPrefix } from '../receiver/nvme/attributes.ts';
import { metricPrefix, volumeMetrics, type VolumeMetric } from '../receiver/nvme/metrics.ts';
import { receiverOwnMetrics } from '../receiver/nvme/self-telemetry.ts';
import type { OwnMetric } from '../receiver/own-metric.ts';
import { usageMetrics } from '../receiver/volume-usage/metrics.ts';
import { usageOwnMetrics } from '../receiver/volume-usage/self-telemetry.ts';

/** Writes docs/metrics.md from the tables in the code. */

/** All that the collector says of itself. */
export const ownMetricTables: readonly Readonly<Record<string, OwnMetric>>[] = [
  receiverOwnMetrics,
  usageOwnMetrics,
  ownerMetrics,
  driftMetrics,
  exporterMetrics,
  queueMetrics,
  endpointMetrics,
  serviceMetrics,
  apiMetrics,
  processMetrics,
];

const code = (text: string): string => `\`${text}\``;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** `up` is a gauge that failed readings have too. */
function typeOf(metric: VolumeMetric): 'counter' | 'gauge' | 'histogram' {
  return metric.type === 'up' ? 'gauge' : metric.type;
}

function attributesOf(metric: VolumeMetric): readonly string[] {
  switch (metric.type) {
    case 'histogram':
      return metric.attributes;
    case 'up':
      return ['error.type'];
    default:
      return [...new Set(metric.points.flatMap(({ attributes }) => Object.keys(attributes)))];
  }
}

function volumeTable(): string {
  return table(
    ['metric', 'kind', 'unit', 'attributes of its own', 'what it says'],
    volumeMetrics.map((metric) => [
      code(metric.name),
      typeOf(metric),
      metric.unit === '' ? '' : code(metric.unit),
      attributesOf(metric).map(code).join(', '),
      metric.kinds.includes('ebs') ? metric.description : `${metric.description} Instance store only.`,
    ]),
  );
}

function usageTable(): string {
  return table(
    ['metric', 'kind', 'unit', 'what it says'],
    usageMetrics.map(({ name, unit, description }) => [code(name), 'gauge', code(unit), description]),
  );
}

function attributeTable(): string {
  return table(
    ['attribute', 'what it says'],
    Object.entries(attributeDescriptions).map(([name, description]) => [code(name), description]),
  );
}

function namingTable(naming: NamingTable): string {
  return table(
    ['name', 'type', 'what it says'],
    familyRules(naming).map(({ name, type, help }) => [code(name), type, help]),
  );
}

function otelTable(): string {
  const rows = (Object.keys(metricPrefix) as (keyof typeof metricPrefix)[]).flatMap((kind) =>
    volumeMetrics
      .filter((metric) => metric.kinds.includes(kind))
      .map((metric) => {
        const full = metricPrefix[kind] + metric.name;
        const type = typeOf(metric);
        return [code(prometheusName(full, prometheusUnit(metric.unit, type), type)), type, code(full)];
      }),
  );
  return table(['name', 'type', 'metric'], rows);
}

/** What several components count is in the table of each, and here once. */
function ownTable(): string {
  const metrics = new Set(ownMetricTables.flatMap((each) => Object.values(each)));
  return table(
    ['metric', 'kind', 'unit', 'attributes', 'what it says'],
    [...metrics].map(({ name, type, unit, attributes, description }) => [
      code(name),
      type,
      unit === '' ? '' : code(unit),
      Object.entries(attributes)
        .map(([attribute, says]) => `${code(attribute)}: ${says}`)
        .join(' '),
      description,
    ]),
  );
}

export function renderMetricsReference(): string {
  return `<!-- Made from the tables in the code by \`make docs\`. -->

# Metrics

## Volumes

Names begin with \`${metricPrefix.ebs}\` for EBS volumes, with \`${metricPrefix.instance_store}\` for instance-store drives.
Counters count from the attachment of the volume, which is the start time of its series.

${volumeTable()}

### Attributes

Every point has the id (or serial) and the device name. What is known of the owner comes from the processor \`kubernetes\`, see
[kubernetes.md](kubernetes.md); with it come the labels that it is told to add, as \`${volumeLabelPrefix}KEY\` and
\`${claimLabelPrefix}KEY\`.

${attributeTable()}

## How full volumes are

From the receiver \`volume_usage\`, of each PersistentVolume with a file system that is mounted on the node. Points have the
PersistentVolume's name and, where it is on EBS, the volume id and the device name.

${usageTable()}

## Names on the Prometheus page

The key \`naming\` of the exporter chooses them; several can be on at once.

### \`ebs\` (default)

Times of counters in microseconds, as the drive counts; latencies in seconds. Labels: \`cluster_id\` and \`node\` where known,
\`device\`, \`volume_id\`, and \`namespace\`, \`persistentvolumeclaim\`, \`persistentvolume\`, \`pod\` where known.

${namingTable(ebsNaming)}

### \`otel\`

The names that the OpenTelemetry-to-Prometheus rules give; attributes become labels with underscores for dots.

${otelTable()}

### \`aws_ebs_csi\`

The names, units and labels of the EBS CSI driver (and of the instance-store driver), with the sums that the driver leaves at
0. What the driver has no name for stays under its name of \`otel\`.

${namingTable(awsEbsCsiNaming)}

### \`kubelet\` and \`pv_disk_usage\`

How full volumes are, by the kubelet's names and by those of an exporter of PersistentVolumes' disk usage; both with the labels of
\`ebs\`. \`pv_disk_usage\` has \`volume_name\`, \`volume_type\`, \`volume_instance\` and each label as \`volume_KEY\` besides.

${namingTable(kubeletNaming)}

${namingTable(pvDiskUsageNaming)}

## The collector on itself

On the Prometheus page they go by the rules of \`otel\`, whatever the naming.

${ownTable()}
`;
}
