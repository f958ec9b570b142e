import { expect } from 'chai';
import { startCollector, type Collector } from '../fixtures/collector.ts';
import {
  distinctPage,
  ebsDrive,
  ebsId,
  foreignDrive,
  instanceStoreDrive,
  startNode,
  type TestNode,
} from '../fixtures/node.ts';
import type { PageContent } from '../fixtures/nvme-device/page.ts';
import { startOtlpReceiver, type OtlpReceiver, type ReceivedPush } from '../fixtures/otlp-receiver.ts';
import type { OtlpHistogram } from '../fixtures/otlp/decoder.ts';
import { parsePage, type ParsedSample } from '../pipeline/exporters/prometheus/page-parser.ts';

const ebsNumbers = [1, 2, 3, 4];
const storeNumber = 5;
const foreignNumber = 6;
const storeSerial = 'AWS14BE4082584B141CB';
const amazonDevices = [...ebsNumbers, storeNumber].map((number) => `nvme${number}n1`);

type Expected = ReadonlyMap<string, number>;

/** `name{label="value",…}` with the labels sorted, so that pages can be compared as maps. */
function key(name: string, labels: Iterable<readonly [string, string]>): string {
  return `${name}{${[...labels]
    .map(([label, value]) => `${label}="${value}"`)
    .sort()
    .join(',')}}`;
}

function samplesOf(page: string): Map<string, number> {
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
function goFloat(le: string): string {
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

interface Named {
  readonly number: number;
  readonly kind: 'ebs' | 'instance_store';
  readonly id: string;
}

const volumes: readonly Named[] = [
  ...ebsNumbers.map((number) => ({ number, kind: 'ebs' as const, id: ebsId(number) })),
  { number: storeNumber, kind: 'instance_store', id: storeSerial },
];

function expectedPage(pageOf: (number: number) => PageContent): Map<string, number> {
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

/** Volume series of an OTLP push, as `metric{attribute="value"} field`. */
function pushedValues({ payloads }: ReceivedPush): Map<string, number> {
  const values = new Map<string, number>();
  const metrics = payloads.flatMap(({ scopes }) => scopes).flatMap((scope) => scope.metrics);
  for (const { name, points } of metrics.filter((metric) => metric.name.startsWith('aws.'))) {
    for (const { attributes, value } of points) {
      const labels = Object.entries(attributes).map(
        ([label, text]) => [label.replaceAll('.', '_'), String(text)] as const,
      );
      if (typeof value !== 'object') {
        values.set(key(name, labels), Number(value));
        continue;
      }
      const { count, sum, bounds, counts }: OtlpHistogram = value;
      let cumulative = 0;
      counts.forEach((bin, index) => {
        cumulative += Number(bin);
        values.set(
          key(`${name}_bucket`, [...labels, ['le', goFloat(String(bounds[index] ?? '+Inf'))]]),
          cumulative,
        );
      });
      values.set(key(`${name}_count`, labels), Number(count));
      values.set(key(`${name}_sum`, labels), sum ?? NaN);
    }
  }
  return values;
}

/** The `otel` names of the page under the names of OTLP: units and `_total` taken off. */
function underOtlpNames(page: Expected): Map<string, number> {
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

async function logPageCounts(node: TestNode): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const device of [...amazonDevices, `nvme${foreignNumber}n1`]) {
    counts[device] = (await node.devices.counts(device)).logPages[0xd0] ?? 0;
  }
  return counts;
}

const asked = (times: number): Record<string, number> => ({
  ...Object.fromEntries(amazonDevices.map((device) => [device, times])),
  [`nvme${foreignNumber}n1`]: 0,
});

describe('four EBS volumes, an instance store and a foreign drive', function () {
  this.timeout(60_000);
  let node: TestNode;
  let backends: OtlpReceiver[];
  let collector: Collector;

  before(async () => {
    node = await startNode();
    for (const number of ebsNumbers) await node.attach(ebsDrive(number));
    await node.attach(instanceStoreDrive(storeNumber));
    await node.attach(foreignDrive(foreignNumber));
    backends = [await startOtlpReceiver(), await startOtlpReceiver()];
    const [first, second] = backends.map(({ url }) => url);
    collector = await startCollector(
      [
        ...node.settings,
        '--set',
        'receivers.nvme.min_interval=4s',
        '--set',
        'receivers.nvme.collection_interval=4s',
        '--set',
        `exporters={prometheus: {endpoint: "127.0.0.1:0", naming: [ebs, otel, aws_ebs_csi]}, otlphttp/first: {endpoint: "${first}"}, otlphttp/second: {endpoint: "${second}", encoding: json, compression: none}}`,
        '--set',
        'service.pipelines.metrics.exporters=[prometheus, otlphttp/first, otlphttp/second]',
      ],
      { CLUSTER_ID: 'prod', NODE_NAME: 'node-7' },
    );
  });

  after(async () => {
    await collector?.stop();
    for (const backend of backends ?? []) await backend.close();
    await node?.stop();
  });

  /** What the page says of volumes, derived gauges and the collector's own metrics aside. */
  const volumeSamples = (page: string): Map<string, number> =>
    new Map(
      [...samplesOf(page)].filter(
        ([name]) =>
          /^(ebs_|aws_)/.test(name) &&
          !/^ebs_collector_|_percent\{|_check\{|_exceeded_ratio\{|_csi_nvme_collector_/.test(name),
      ),
    );

  /** Three scrapes and both backends' pushes of one reading. */
  async function oneReading(push: number): Promise<{ pages: string[]; pushes: ReceivedPush[] }> {
    const pushes = await Promise.all(backends.map((backend) => backend.push(push)));
    const answers = await Promise.all([1, 2, 3].map(() => collector.scrape()));
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200]);
    return { pages: answers.map(({ body }) => body), pushes };
  }

  it('puts every value that the devices hold on the page, in all three namings', async () => {
    const { pages } = await oneReading(1);
    const expected = expectedPage(distinctPage);
    expect(Object.fromEntries(volumeSamples(pages[0] ?? ''))).to.deep.equal(Object.fromEntries(expected));
  });

  it('asks each device once for three scrapers and two backends, and the foreign drive never', async () => {
    expect(await logPageCounts(node)).to.deep.equal(asked(1));
  });

  it('gives page and backends the same reading, new values and ratios included', async () => {
    const next = (number: number) => distinctPage(number + 50);
    for (const number of ebsNumbers) await node.serve(number, next(number));
    await node.serve(storeNumber, { ...instanceStoreDrive(storeNumber).page, ...next(storeNumber) });

    const { pages, pushes } = await oneReading(2);
    expect(new Set(pages).size).to.equal(1);
    const page = samplesOf(pages[0] ?? '');
    expect(Object.fromEntries(volumeSamples(pages[0] ?? ''))).to.deep.equal(
      Object.fromEntries(expectedPage(next)),
    );
    const ofPage = Object.fromEntries(underOtlpNames(page));
    for (const push of pushes) expect(Object.fromEntries(pushedValues(push))).to.deep.equal(ofPage);
    expect(await logPageCounts(node)).to.deep.equal(asked(2));
  });

  it('gives all points of a push the time of the reading and the start of the attachment', async () => {
    const [push] = await Promise.all(backends.map((backend) => backend.push(2)));
    const points = (push?.payloads ?? [])
      .flatMap(({ scopes }) => scopes)
      .flatMap(({ metrics }) => metrics)
      .filter(({ name }) => name.startsWith('aws.'))
      .flatMap((metric) => metric.points);
    expect(new Set(points.map(({ timeNanos }) => timeNanos)).size).to.equal(1);
    for (const { startTimeNanos, timeNanos } of points) {
      expect(startTimeNanos > 0n && startTimeNanos < timeNanos).to.equal(true);
    }
  });

  it('serves the seven derived gauges of the seed from the second reading on', async () => {
    const { body } = await collector.scrape();
    const labels = 'cluster_id="prod",node="node-7",device="nvme1n1",volume_id="vol-00000000000000001"';
    for (const name of ['ebs_volume_iops_exceeded_check', 'ebs_volume_throughput_exceeded_check']) {
      expect(body).to.include(`\n${name}{${labels}} 1\n`);
    }
    for (const limit of ['volume', 'instance']) {
      for (const type of ['iops', 'throughput']) {
        const found = new RegExp(
          `^ebs_${limit}_performance_exceeded_${type}_percent\\{${labels}\\} (.*)$`,
          'm',
        ).exec(body);
        expect(Number(found?.[1])).to.be.within(5, 20);
      }
    }
    expect(body).to.match(new RegExp(`^ebs_volume_queue_length\\{${labels}\\} 62$`, 'm'));
  });
});
