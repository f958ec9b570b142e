import type { PageContent } from '../fixtures/nvme-device/page.ts';
import { parsePage, type ParsedSample } from '../fixtures/page-parser.ts';

/** What the Prometheus page must say of volumes, from what their devices hold: made without the product's tables. */

export type Expected = ReadonlyMap<string, number>;

/** `name{label="value",…}` with the labels sorted, so that pages can be compared as maps. */
export function key(name: string, labels: Iterable<readonly [string, string]>): string {
  return `${name}{${[...labels]
    .map(([label, value]) => `${label}="${value}"`)
    .sort()
    .join(',')}}`;
}

export function samplesOf(page: string): Map<string, number> {
  const samples = [...parsePage(page, 'text').values()].flatMap(
    (family): readonly ParsedSample[] => family.samples,
  );
  return new Map(samples.map(({ name, labels, value }) => [key(name, labels), value]));
}

const micros = (page: PageContent, field: keyof PageContent): number => Number(page[field]);

/** Bounds and cumulative counts of a histogram as the page of the device has it. */
function buckets(page: PageContent, direction: 'read' | 'write'): { le: string; cumulative: number }[] {
  const { bins } = (direction === 'read' ? page.readLatency : page.writeLatency) ?? { bins: [] };
  let cumulative = 0;
  return bins.map((bin, index) => {
    cumulative += bin.count;
    const last = index === bins.length - 1;
    return { le: last ? '+Inf' : String(Number(bin.upperMicros) / 1e6), cumulative };
  });
}

/** What the page must say of one volume in the seed's names. */
function ebsNames(
  prefix: string,
  page: PageContent,
  labels: readonly (readonly [string, string])[],
): Expected {
  const store = prefix !== 'ebs_';
  const scalars: readonly (readonly [string, number])[] = [
    ['total_read_ops_total', micros(page, 'readOperations')],
    ['total_write_ops_total', micros(page, 'writeOperations')],
    ['total_read_bytes_total', micros(page, 'readBytes')],
    ['total_write_bytes_total', micros(page, 'writeBytes')],
    ['total_read_time_total', micros(page, 'readTimeMicros')],
    ['total_write_time_total', micros(page, 'writeTimeMicros')],
    ['instance_performance_exceeded_iops_total', micros(page, 'instanceIopsExceededMicros')],
    ['instance_performance_exceeded_throughput_total', micros(page, 'instanceThroughputExceededMicros')],
    ...(store
      ? []
      : ([
          ['volume_performance_exceeded_iops_total', micros(page, 'volumeIopsExceededMicros')],
          ['volume_performance_exceeded_throughput_total', micros(page, 'volumeThroughputExceededMicros')],
        ] as const)),
    ['volume_queue_length', micros(page, 'queueLength')],
    ['volume_up', 1],
  ];
  return new Map([
    ...scalars.map(([name, value]) => [key(prefix + name, labels), value] as const),
    ...histogramNames(`${prefix}read_io_latency_seconds`, page, 'read', labels),
    ...histogramNames(`${prefix}write_io_latency_seconds`, page, 'write', labels),
  ]);
}

function histogramNames(
  name: string,
  page: PageContent,
  direction: 'read' | 'write',
  labels: readonly (readonly [string, string])[],
): Expected {
  const bins = buckets(page, direction);
  const sum = micros(page, direction === 'read' ? 'readTimeMicros' : 'writeTimeMicros') / 1e6;
  return new Map([
    ...bins.map(
      ({ le, cumulative }) => [key(`${name}_bucket`, [...labels, ['le', goFloat(le)]]), cumulative] as const,
    ),
    [key(`${name}_sum`, labels), sum],
    [key(`${name}_count`, labels), bins.at(-1)?.cumulative ?? NaN],
  ]);
}

/** As Go writes floats in labels: exponents from 1e-05 down. */
export function goFloat(le: string): string {
  const value = Number(le);
  if (!Number.isFinite(value) || value >= 1e-4) return le;
  return value.toExponential().replace(/e-(\d)$/, 'e-0$1');
}

function otelNames(
  prefix: string,
  page: PageContent,
  labels: readonly (readonly [string, string])[],
): Expected {
  const direction = (value: string) => [...labels, ['disk_io_direction', value]] as const;
  const limit = (scope: string, type: string) =>
    [...labels, ['aws_ebs_limit_scope', scope], ['aws_ebs_limit_type', type]] as const;
  const exceeded = `${prefix}performance_exceeded_time_seconds_total`;
  const store = prefix.startsWith('aws_instance_store');
  return new Map([
    [key(`${prefix}operations_total`, direction('read')), micros(page, 'readOperations')],
    [key(`${prefix}operations_total`, direction('write')), micros(page, 'writeOperations')],
    [key(`${prefix}io_bytes_total`, direction('read')), micros(page, 'readBytes')],
    [key(`${prefix}io_bytes_total`, direction('write')), micros(page, 'writeBytes')],
    [key(`${prefix}operation_time_seconds_total`, direction('read')), micros(page, 'readTimeMicros') / 1e6],
    [key(`${prefix}operation_time_seconds_total`, direction('write')), micros(page, 'writeTimeMicros') / 1e6],
    [key(exceeded, limit('instance', 'iops')), micros(page, 'instanceIopsExceededMicros') / 1e6],
    [key(exceeded, limit('instance', 'throughput')), micros(page, 'instanceThroughputExceededMicros') / 1e6],
    ...(store
      ? []
      : ([
          [key(exceeded, limit('volume', 'iops')), micros(page, 'volumeIopsExceededMicros') / 1e6],
          [
            key(exceeded, limit('volume', 'throughput')),
            micros(page, 'volumeThroughputExceededMicros') / 1e6,
          ],
        ] as const)),
    [key(`${prefix}queue_length`, labels), micros(page, 'queueLength')],
    [key(`${prefix}up`, labels), 1],
    ...histogramNames(`${prefix}operation_duration_seconds`, page, 'read', direction('read')),
    ...histogramNames(`${prefix}operation_duration_seconds`, page, 'write', direction('write')),
  ]);
}

function csiNames(
  prefix: string,
  page: PageContent,
  labels: readonly (readonly [string, string])[],
): Expected {
  const store = prefix !== 'aws_ebs_csi_';
  return new Map([
    [key(`${prefix}read_ops_total`, labels), micros(page, 'readOperations')],
    [key(`${prefix}write_ops_total`, labels), micros(page, 'writeOperations')],
    [key(`${prefix}read_bytes_total`, labels), micros(page, 'readBytes')],
    [key(`${prefix}write_bytes_total`, labels), micros(page, 'writeBytes')],
    [key(`${prefix}read_seconds_total`, labels), micros(page, 'readTimeMicros') / 1e6],
    [key(`${prefix}write_seconds_total`, labels), micros(page, 'writeTimeMicros') / 1e6],
    [
      key(`${prefix}ec2_exceeded_iops_seconds_total`, labels),
      micros(page, 'instanceIopsExceededMicros') / 1e6,
    ],
    [
      key(`${prefix}ec2_exceeded_tp_seconds_total`, labels),
      micros(page, 'instanceThroughputExceededMicros') / 1e6,
    ],
    ...(store
      ? []
      : ([
          [
            key(`${prefix}exceeded_iops_seconds_total`, labels),
            micros(page, 'volumeIopsExceededMicros') / 1e6,
          ],
          [
            key(`${prefix}exceeded_tp_seconds_total`, labels),
            micros(page, 'volumeThroughputExceededMicros') / 1e6,
          ],
        ] as const)),
    [key(`${prefix}volume_queue_length`, labels), micros(page, 'queueLength')],
    ...histogramNames(`${prefix}read_io_latency_seconds`, page, 'read', labels),
    ...histogramNames(`${prefix}write_io_latency_seconds`, page, 'write', labels),
  ]);
}
/** A volume whose values are looked for. */
export interface NamedVolume {
  readonly number: number;
  readonly kind: 'ebs' | 'instance_store';
  readonly id: string;
}
/** What a page in all three namings must say of volumes that were read once; of a node `node-7` in the cluster `prod`. */
export function expectedPage(
  volumes: readonly NamedVolume[],
  pageOf: (number: number) => PageContent,
): Map<string, number> {
  return new Map(
    volumes.flatMap(({ number, kind, id }) => {
      const page = pageOf(number);
      const device = `nvme${number}n1`;
      const isStore = kind === 'instance_store';
      const idLabel = isStore ? 'aws_instance_store_volume_serial' : 'aws_ebs_volume_id';
      return [
        ...ebsNames(isStore ? 'ebs_instance_store_' : 'ebs_', page, [
          ['cluster_id', 'prod'],
          ['node', 'node-7'],
          ['device', device],
          ['volume_id', id],
        ]),
        ...otelNames(isStore ? 'aws_instance_store_volume_' : 'aws_ebs_volume_', page, [
          [idLabel, id],
          ['system_device_name', device],
        ]),
        ...csiNames(isStore ? 'aws_ec2_instance_store_csi_' : 'aws_ebs_csi_', page, [['volume_id', id]]),
      ];
    }),
  );
}
/** The `otel` names of the page under the names of OTLP: units and `_total` taken off. */
export function underOtlpNames(page: Expected): Map<string, number> {
  const names: readonly (readonly [RegExp, string])[] = [
    [/_volume_operations_total\{/, '.operations{'],
    [/_volume_io_bytes_total\{/, '.io{'],
    [/_volume_operation_time_seconds_total\{/, '.operation_time{'],
    [/_volume_performance_exceeded_time_seconds_total\{/, '.performance_exceeded.time{'],
    [/_volume_performance_exceeded_ratio\{/, '.performance_exceeded.ratio{'],
    [/_volume_queue_length\{/, '.queue_length{'],
    [/_volume_up\{/, '.up{'],
    [/_volume_operation_duration_seconds(_bucket|_sum|_count)\{/, '.operation.duration$1{'],
  ];
  return new Map(
    [...page]
      .filter(([name]) => /^aws_(ebs|instance_store)_volume_/.test(name))
      .map(([name, value]) => {
        const [pattern, replacement] = names.find(([candidate]) => candidate.test(name)) ?? [/$/, ' unknown'];
        const kind = name.startsWith('aws_ebs') ? 'aws.ebs.volume' : 'aws.instance_store.volume';
        return [
          name.replace(/^aws_(ebs|instance_store)/, '').replace(pattern, `${kind}${replacement}`),
          value,
        ] as const;
      }),
  );
}
