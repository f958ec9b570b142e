import { expect } from 'chai';
import { startCollector, type Collector } from '../fixtures/collector.ts';
import { eventually } from '../fixtures/eventually.ts';
import {
  distinctPage,
  ebsDrive,
  ebsId,
  instanceStoreDrive,
  startNode,
  type TestNode,
} from '../fixtures/node.ts';
import type { Sample } from '../fixtures/prometheus-api.ts';
import {
  installTimeoutMs,
  startVictoriaMetrics,
  type VictoriaMetrics,
} from '../fixtures/victoria-metrics.ts';
import { parsePage } from '../fixtures/page-parser.ts';

/** What OpenTelemetry's rules add to a name on its way to a Prometheus page. */
const pageEnding: Readonly<Record<string, string>> = {
  operations: 'operations_total',
  io: 'io_bytes_total',
  operation_time: 'operation_time_seconds_total',
  'operation.duration': 'operation_duration_seconds',
  'performance_exceeded.time': 'performance_exceeded_time_seconds_total',
  'performance_exceeded.ratio': 'performance_exceeded_ratio',
  queue_length: 'queue_length',
  up: 'up',
};

const ofVolumes = /^aws\.(ebs|instance_store)\.volume\.(.+?)(_bucket|_sum|_count)?$/;

/** A stored OTLP series as the collector's own page has it, in the naming `otel`. */
function asOnPage({ labels, value }: Sample): readonly [string, number] {
  const [, kind = '', metric = '', part = ''] = ofVolumes.exec(labels['__name__'] ?? '') ?? [];
  const onPoint = /^(aws\.|disk\.|system\.|error\.)/;
  const pairs = Object.entries(labels)
    .filter(([label]) => label === 'le' || onPoint.test(label))
    .map(([label, text]) => [label.replaceAll('.', '_'), text] as const);
  return [seriesKey(`aws_${kind}_volume_${pageEnding[metric] ?? `${metric}?`}${part}`, pairs), value];
}

function seriesKey(name: string, labels: Iterable<readonly [string, string]>): string {
  const pairs = [...labels].map(([label, text]) =>
    // Both write bounds as decimal numbers, not both with the same digits.
    label === 'le' ? `le=${text === '+Inf' ? text : Number(text)}` : `${label}=${text}`,
  );
  return `${name}{${pairs.sort().join(',')}}`;
}

describe('a real VictoriaMetrics that the collector pushes to', function () {
  this.timeout(60_000);
  let node: TestNode;
  let backend: VictoriaMetrics;
  let collector: Collector;

  before(async function () {
    this.timeout(installTimeoutMs);
    node = await startNode();
    for (const number of [1, 2]) await node.attach(ebsDrive(number));
    await node.attach(instanceStoreDrive(3));
    backend = await startVictoriaMetrics();
    collector = await startCollector(
      [
        ...node.settings,
        '--set',
        'receivers.nvme.collection_interval=1s',
        '--set',
        // As little as can be set: a push of all three goes in two requests.
        `exporters={prometheus: {endpoint: "127.0.0.1:0", naming: [otel]}, otlphttp: {metrics_endpoint: "${backend.otlpUrl}", max_request_body_size: 16KiB}}`,
        '--set',
        'service.pipelines.metrics.exporters=[prometheus, otlphttp]',
      ],
      { CLUSTER_ID: 'prod', NODE_NAME: 'node-7' },
    );
    // The ratios want two readings.
    await until(`{__name__="aws.ebs.volume.performance_exceeded.ratio"}`, (samples) => samples.length === 8);
  });

  after(async () => {
    await collector?.stop();
    await backend?.stop();
    await node?.stop();
  });

  const until = (promql: string, wanted: (samples: readonly Sample[]) => boolean) =>
    eventually(promql, () => backend.queryNow(promql), wanted);

  const lastReading = async (id: string): Promise<number> => {
    const [last] = await backend.query(
      `max(tlast_over_time({__name__=~"aws.ebs.volume..+","aws.ebs.volume.id"="${id}"}[1h]))`,
    );
    return last?.value ?? NaN;
  };

  it('answers with the values of the collector’s own page: counters, gauges, every bucket', async () => {
    const stored = await backend.query('{__name__=~"aws[.].*"}');
    const { body } = await collector.scrape();
    const page = [...parsePage(body, 'text').values()]
      .flatMap(({ samples }) => samples)
      .filter(({ name }) => name.startsWith('aws_'))
      .map(({ name, labels, value }) => [seriesKey(name, labels), value] as const);
    expect(page.length).to.be.greaterThan(200);
    expect(Object.fromEntries(stored.map(asOnPage))).to.deep.equal(Object.fromEntries(page));
  });

  it('knows whose they are: the resource is on every series', async () => {
    for (const { labels } of await backend.query('{__name__=~"aws[.].*"}')) {
      expect(labels).to.include({
        'service.name': 'ebs-nvme-collector',
        'k8s.node.name': 'node-7',
        'k8s.cluster.name': 'prod',
        'host.name': 'node-7',
      });
    }
  });

  it('gets what the device counts next', async () => {
    const page = distinctPage(1);
    const operations = page.readOperations + 12_345;
    await node.serve(1, { ...page, readOperations: operations });
    const reads = `{__name__="aws.ebs.volume.operations","disk.io.direction"="read","aws.ebs.volume.id"="${ebsId(1)}"}`;
    await until(reads, ([now]) => now?.value === operations);
    const increase = await backend.query(`increase(${reads}[1h])`);
    // VictoriaMetrics counts from the first sample it has, and extrapolates nothing.
    expect(increase.map(({ value }) => value)).to.deep.equal([12_345]);
  });

  it('gets nothing more of a volume that was detached, and all of it when it is back', async () => {
    await node.detach(2);
    const detachedAtSeconds = Date.now() / 1000;
    const readAfter = (id: string, seconds: number) =>
      eventually(
        `the last reading of ${id}`,
        () => lastReading(id),
        (last) => last > seconds,
      );
    // A reading that had begun before has the time of its end.
    await readAfter(ebsId(1), detachedAtSeconds);
    const last = await lastReading(ebsId(2));
    await readAfter(ebsId(1), (await lastReading(ebsId(1))) + 2);
    expect(await lastReading(ebsId(2))).to.equal(last);

    await node.attach(ebsDrive(2, { readOperations: 5 }));
    const attachedAtSeconds = Date.now() / 1000;
    await readAfter(ebsId(2), attachedAtSeconds);
    const reads = `{__name__="aws.ebs.volume.operations","disk.io.direction"="read","aws.ebs.volume.id"="${ebsId(2)}"}`;
    const [now] = await until(reads, ([sample]) => sample?.value === 5);
    expect(now?.value).to.equal(5);
    expect((await backend.query(`resets(${reads}[1h])`))[0]?.value).to.equal(1);
  });
});
