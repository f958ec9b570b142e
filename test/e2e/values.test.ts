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
import { startOtlpReceiver, type OtlpReceiver, type ReceivedPush } from '../fixtures/otlp-receiver.ts';
import { expectedPage, samplesOf, underOtlpNames, type NamedVolume } from './expected-page.ts';
import { pointsOf, valuesOf, type ArrivedPoint } from './otlp-values.ts';

const ebsNumbers = [1, 2, 3, 4];
const storeNumber = 5;
const foreignNumber = 6;
const storeSerial = 'AWS14BE4082584B141CB';
const amazonDevices = [...ebsNumbers, storeNumber].map((number) => `nvme${number}n1`);
const volumes: readonly NamedVolume[] = [
  ...ebsNumbers.map((number) => ({ number, kind: 'ebs' as const, id: ebsId(number) })),
  { number: storeNumber, kind: 'instance_store', id: storeSerial },
];

/** The points of a push that are of volumes. */
const volumePoints = ({ payloads }: ReceivedPush): readonly ArrivedPoint[] =>
  pointsOf(payloads).filter(({ metric }) => metric.name.startsWith('aws.'));

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
    const expected = expectedPage(volumes, distinctPage);
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
      Object.fromEntries(expectedPage(volumes, next)),
    );
    const ofPage = Object.fromEntries(underOtlpNames(page));
    for (const push of pushes) expect(Object.fromEntries(valuesOf(volumePoints(push)))).to.deep.equal(ofPage);
    expect(await logPageCounts(node)).to.deep.equal(asked(2));
  });

  it('gives all points of a push the time of the reading and the start of the attachment', async () => {
    const [push] = await Promise.all(backends.map((backend) => backend.push(2)));
    if (push === undefined) throw new Error('there is no backend');
    const points = volumePoints(push);
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
