import { expect } from 'chai';
import { set, startCollector, type Collector } from '../fixtures/collector.ts';
import { eventually } from '../fixtures/eventually.ts';
import { distinctPage, ebsDrive, ebsId, startNode, type TestNode } from '../fixtures/node.ts';
import { startOtlpReceiver, type OtlpReceiver, type ReceivedPush } from '../fixtures/otlp-receiver.ts';
import { metricsIn, type OtlpPoint } from '../fixtures/otlp/decoder.ts';

/** Volume points of a push by metric and attributes. */
function pointsOf({ payloads }: ReceivedPush, volumeId: string): Map<string, OtlpPoint> {
  const points = new Map<string, OtlpPoint>();
  for (const { name, points: all } of metricsIn(payloads)) {
    for (const point of all) {
      const { 'aws.ebs.volume.id': id, ...others } = point.attributes;
      if (id === volumeId) points.set(`${name} ${JSON.stringify(others)}`, point);
    }
  }
  return points;
}

const scalar = ({ value }: OtlpPoint): number =>
  typeof value === 'object' ? Number(value.count) : Number(value);

describe('volumes that come and go', function () {
  // The 5,000 take some seconds on an idle machine; half a minute where /dev/shm is not in memory.
  this.timeout(300_000);
  let node: TestNode;
  let backend: OtlpReceiver;
  let collector: Collector;

  beforeEach(async () => {
    node = await startNode();
    backend = await startOtlpReceiver();
  });

  afterEach(async () => {
    await collector?.stop();
    await backend?.close();
    await node?.stop();
  });

  const start = async (...settings: string[]) => {
    collector = await startCollector([
      ...node.settings,
      ...set(
        `exporters={prometheus: {endpoint: "127.0.0.1:0"}, otlphttp: {endpoint: "${backend.url}"}}`,
        'service.pipelines.metrics.exporters=[prometheus, otlphttp]',
        ...settings,
      ),
    ]);
  };

  /** The first push of a reading that began after now: the one before it may have begun earlier. */
  const nextPush = async (): Promise<ReceivedPush> => {
    const nowNanos = BigInt(Date.now()) * 1_000_000n;
    const isLater = ({ payloads }: ReceivedPush): boolean =>
      metricsIn(payloads).some(
        ({ name, points }) =>
          name === 'aws.ebs.volume.up' && points.some(({ timeNanos }) => timeNanos > nowNanos),
      );
    const later = await eventually(
      'pushes of later readings',
      () => backend.pushes.filter(isLater),
      ({ length }) => length >= 2,
    );
    return later[1] ?? expect.fail('there is none');
  };

  it('are gone from the next scrape and the next push, and back as a new series start', async () => {
    await node.attach(ebsDrive(1));
    await node.attach({ ...ebsDrive(2), attachedAtMs: Date.now() - 3_600_000 });
    await start('receivers.nvme.min_interval=50ms', 'receivers.nvme.collection_interval=1s');
    const before = pointsOf(await nextPush(), ebsId(2));
    expect([...before.keys()]).to.have.length.above(10);
    expect((await collector.scrape()).body).to.include(ebsId(2));

    await node.detach(2);
    const { body: without } = await collector.scrape();
    expect(without).to.not.include(ebsId(2));
    expect(without).to.include(ebsId(1));
    const pushWithout = await nextPush();
    expect(pointsOf(pushWithout, ebsId(2)).size).to.equal(0);
    expect(pointsOf(pushWithout, ebsId(1)).size).to.be.greaterThan(10);

    const detachedAtNanos = BigInt(Date.now()) * 1_000_000n;
    await node.attach({ ...ebsDrive(2, { readOperations: 1, queueLength: 0 }), attachedAtMs: Date.now() });
    expect((await collector.scrape()).body).to.match(
      new RegExp(`ebs_total_read_ops_total\\{.*${ebsId(2)}.*\\} 1$`, 'm'),
    );
    const again = pointsOf(await nextPush(), ebsId(2));
    expect(again.size).to.be.greaterThan(10);
    for (const [series, point] of again) {
      expect(scalar(point), series).to.be.within(0, 1);
      expect(point.startTimeNanos >= detachedAtNanos - 2_000_000_000n, series).to.equal(true);
      expect(point.startTimeNanos > (before.get(series)?.startTimeNanos ?? 0n), series).to.equal(true);
      expect(point.startTimeNanos <= point.timeNanos, series).to.equal(true);
    }
    expect(collector.logs.map(({ msg, volume }) => `${msg} ${String(volume)}`)).to.include(
      `volume detached ${ebsId(2)}`,
    );
  });

  it('start anew when they were re-attached unseen: no difference is negative or huge', async () => {
    await node.attach({ ...ebsDrive(1), attachedAtMs: Date.now() - 3_600_000 });
    await start('receivers.nvme.min_interval=50ms', 'receivers.nvme.collection_interval=1s');
    const before = pointsOf(await nextPush(), ebsId(1));
    await node.serve(1, { ...distinctPage(0), queueLength: 3 });
    await collector.logged('counters of the volume started over: it was attached anew');
    // The first push of the new attachment; by the next one its ratios are known.
    const startOf = (points: ReturnType<typeof pointsOf>): bigint =>
      [...points].find(([series]) => series.startsWith('aws.ebs.volume.operations '))?.[1].startTimeNanos ??
      0n;
    const after = await eventually(
      'points of the new attachment',
      () =>
        backend.pushes
          .map((push) => pointsOf(push, ebsId(1)))
          .find((points) => startOf(points) > startOf(before)) ?? new Map<string, OtlpPoint>(),
      ({ size }) => size > 0,
    );
    for (const [series, point] of after) {
      const earlier = before.get(series);
      if (earlier === undefined || series.includes('queue_length') || series.includes('.up ')) continue;
      expect(scalar(point), series).to.be.at.least(0);
      expect(point.startTimeNanos > earlier.startTimeNanos, series).to.equal(true);
    }
    for (const [series, point] of after) {
      if (series.includes('exceeded.ratio')) expect(scalar(point), series).to.be.within(0, 1);
    }
  });

  it('show within one interval when they are attached later', async () => {
    await start('receivers.nvme.collection_interval=1s');
    expect((await collector.scrape()).status).to.equal(200);
    await node.attach(ebsDrive(9));
    expect(pointsOf(await nextPush(), ebsId(9)).size).to.be.greaterThan(10);
  });

  it('leave memory flat and the live one visible after 5,000 of them', async () => {
    const atOnce = 100;
    await node.attach(ebsDrive(1));
    await start('receivers.nvme.min_interval=1ms', 'receivers.nvme.collection_interval=60s');
    let nextId = 1000;
    const cycles = async (count: number): Promise<void> => {
      for (let done = 0; done < count; done += atOnce) {
        const numbers = Array.from({ length: atOnce }, (_, index) => index + 2);
        await Promise.all(
          numbers.map((number) => node.attach({ ...ebsDrive(number), serial: `vol${nextId++}` })),
        );
        const { body: full } = await collector.scrape();
        expect(full.match(/^ebs_volume_up/gm)).to.have.length(atOnce + 1);
        await Promise.all(numbers.map((number) => node.detach(number)));
        const { body: alone } = await collector.scrape();
        expect(alone.match(/^ebs_volume_up/gm)).to.have.length(1);
        expect(alone).to.include(ebsId(1));
      }
    };
    const residentMiB = async () =>
      Number(/^process_memory_usage_bytes (.*)$/m.exec((await collector.scrape()).body)?.[1]) / 2 ** 20;
    await cycles(1500);
    const early = await residentMiB();
    await cycles(3500);
    const late = await residentMiB();
    // What is kept of a volume, if anything was, would be tens of kilobytes: 3,500 times that shows.
    expect(late - early).to.be.below(20);
    expect((await collector.scrape()).body).to.match(/^ebs_collector_volume_detached_total 5000$/m);
  });
});
