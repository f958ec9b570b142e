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
import { startOtlpReceiver, type OtlpReceiver } from '../fixtures/otlp-receiver.ts';
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

const beatMs = 4_000;
/** Of a beat: what is looked at for longer may be two readings. */
const oneReadingMs = 3_000;

/** One reading, as everybody has it. */
interface SharedReading {
  readonly readAtMs: number;
  readonly pages: readonly string[];
  /** Of volumes, as each backend got them. */
  readonly points: readonly (readonly ArrivedPoint[])[];
  /** How often each device was asked until then. */
  readonly asked: Readonly<Record<string, number>>;
}

const readAtMs = ([point]: readonly ArrivedPoint[]): number => Number((point?.timeNanos ?? 0n) / 1_000_000n);

/** The points of volumes in the first push of a reading that was made after this time. */
async function pushedAfter(backend: OtlpReceiver, afterMs: number): Promise<readonly ArrivedPoint[]> {
  for (let number = 1; ; number += 1) {
    const { payloads } = await backend.push(number);
    const points = pointsOf(payloads).filter(({ metric }) => metric.name.startsWith('aws.'));
    if (readAtMs(points) > afterMs) return points;
  }
}

async function logPageCounts(node: TestNode): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const device of [...amazonDevices, `nvme${foreignNumber}n1`]) {
    counts[device] = (await node.devices.counts(device)).logPages[0xd0] ?? 0;
  }
  return counts;
}

const onceMore = (asked: Readonly<Record<string, number>>): Record<string, number> => ({
  ...Object.fromEntries(amazonDevices.map((device) => [device, (asked[device] ?? 0) + 1])),
  [`nvme${foreignNumber}n1`]: 0,
});

describe('four EBS volumes, an instance store and a foreign drive', function () {
  this.timeout(120_000);
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
        `receivers.nvme.min_interval=${beatMs}ms`,
        '--set',
        `receivers.nvme.collection_interval=${beatMs}ms`,
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

  /**
   * Three scrapes and both backends' pushes of a reading that was made after this time. Where the machine stood still
   * meanwhile, the next reading may have come between them: then that one is looked at.
   */
  async function oneReading(afterMs = 0): Promise<SharedReading> {
    for (let after = afterMs; ;) {
      const points = await Promise.all(backends.map((backend) => pushedAfter(backend, after)));
      const answers = await Promise.all([1, 2, 3].map(() => collector.scrape()));
      const asked = await logPageCounts(node);
      const times = points.map(readAtMs);
      after = Math.max(...times);
      if (Date.now() - Math.min(...times) > oneReadingMs) continue;
      expect(new Set(times).size, 'readings that were pushed at one moment').to.equal(1);
      expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200]);
      return { readAtMs: after, pages: answers.map(({ body }) => body), points, asked };
    }
  }

  /** A reading, what comes between, and the reading after it. Done again where the machine stood still meanwhile. */
  async function consecutive(
    between: () => Promise<void> = () => Promise.resolve(),
  ): Promise<readonly [SharedReading, SharedReading]> {
    for (let before = await oneReading(); ;) {
      await between();
      const wasInTime = Date.now() - before.readAtMs < oneReadingMs;
      const next = await oneReading(before.readAtMs);
      if (wasInTime && next.readAtMs - before.readAtMs < 1.5 * beatMs) return [before, next];
      // With all in it of what came between, and not only of a part.
      before = await oneReading(Date.now());
    }
  }

  it('puts every value that the devices hold on the page, in all three namings', async () => {
    const { pages } = await oneReading();
    const expected = expectedPage(volumes, distinctPage);
    expect(Object.fromEntries(volumeSamples(pages[0] ?? ''))).to.deep.equal(Object.fromEntries(expected));
  });

  it('asks each device once for three scrapers and two backends, and the foreign drive never', async () => {
    const [before, next] = await consecutive();
    expect(next.asked).to.deep.equal(onceMore(before.asked));
  });

  it('gives page and backends the same reading, new values and ratios included', async () => {
    const next = (number: number) => distinctPage(number + 50);
    const [, { pages, points }] = await consecutive(async () => {
      for (const number of ebsNumbers) await node.serve(number, next(number));
      await node.serve(storeNumber, { ...instanceStoreDrive(storeNumber).page, ...next(storeNumber) });
    });
    expect(new Set(pages).size).to.equal(1);
    const page = samplesOf(pages[0] ?? '');
    expect(Object.fromEntries(volumeSamples(pages[0] ?? ''))).to.deep.equal(
      Object.fromEntries(expectedPage(volumes, next)),
    );
    const ofPage = Object.fromEntries(underOtlpNames(page));
    for (const pushed of points) expect(Object.fromEntries(valuesOf(pushed))).to.deep.equal(ofPage);
  });

  it('gives all points of a push the time of the reading and the start of the attachment', async () => {
    const { points } = await oneReading();
    for (const pushed of points) {
      expect(new Set(pushed.map(({ timeNanos }) => timeNanos)).size).to.equal(1);
      for (const { startTimeNanos, timeNanos } of pushed) {
        expect(startTimeNanos > 0n && startTimeNanos < timeNanos).to.equal(true);
      }
    }
  });

  it('serves the seven derived gauges of the seed from the second reading on', async () => {
    let seed = 51;
    const [, reading] = await consecutive(() => node.serve(1, distinctPage((seed += 50))));
    const body = reading.pages[0] ?? '';
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
    expect(body).to.include(`\nebs_volume_queue_length{${labels}} ${distinctPage(seed).queueLength}\n`);
  });
});
