import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { startCollector, type Collector } from '../fixtures/collector.ts';
import { eventuallyHolds } from '../fixtures/eventually.ts';
import { distinctPage, ebsDrive, ebsId, startNode, type TestNode } from '../fixtures/node.ts';
import { realBins } from '../fixtures/nvme-device/page.ts';
import type { Sample } from '../fixtures/prometheus-api.ts';
import { startPrometheus, type PrometheusServer } from '../fixtures/prometheus-server.ts';

const volume = (number: number): string => `volume_id="${ebsId(number)}"`;
const values = (samples: readonly Sample[]): number[] => samples.map(({ value }) => value);
const byVolume = (samples: readonly Sample[]): Record<string, number> =>
  Object.fromEntries(samples.map(({ labels, value }) => [labels['volume_id'] ?? '', value]));

/** 100 reads: half of them in 256 to 512 µs, 40 in 1024 to 2048 µs, 10 beyond the last bound of 67 s. */
const knownReads = { bins: realBins(Object.assign(Array<number>(28).fill(0), { 9: 50, 11: 40, 27: 10 })) };

describe('a real Prometheus', function () {
  this.timeout(60_000);
  let node: TestNode;
  let collector: Collector;
  let prometheus: PrometheusServer;

  before(async () => {
    node = await startNode();
    for (const number of [1, 2, 3]) await node.attach(ebsDrive(number));
    await node.attach(ebsDrive(4, { ...distinctPage(4), readLatency: knownReads }));
    collector = await startCollector(
      [
        ...node.settings,
        '--set',
        'exporters.prometheus.naming=[ebs, otel, aws_ebs_csi]',
        '--set',
        'receivers.nvme.min_interval=10ms',
      ],
      {
        CLUSTER_ID: 'prod',
        NODE_NAME: 'node-7',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,host.id=i-0123456789abcdef0',
      },
    );
    prometheus = await startPrometheus(new URL(collector.url).host);
    await prometheus.eventually('up{job="ebs"}', ([up]) => up?.value === 1);
  });

  after(async () => {
    await prometheus?.stop();
    await collector?.stop();
    await node?.stop();
  });

  // What is asked of now is nothing for a second where a scrape was late.
  it('stores what the devices hold, in all three namings', () =>
    eventuallyHolds(async () => {
      const readOperations = Object.fromEntries(
        [1, 2, 3, 4].map((number) => [ebsId(number), distinctPage(number).readOperations]),
      );
      expect(byVolume(await prometheus.query('ebs_total_read_ops_total'))).to.deep.equal(readOperations);
      expect(byVolume(await prometheus.query('aws_ebs_csi_read_ops_total'))).to.deep.equal(readOperations);
      const otel = await prometheus.query(
        'label_replace(aws_ebs_volume_operations_total{disk_io_direction="read"}, "volume_id", "$1", "aws_ebs_volume_id", "(.*)")',
      );
      expect(byVolume(otel)).to.deep.equal(readOperations);
      expect(values(await prometheus.query('sum(ebs_volume_up) by (cluster_id, node)'))).to.deep.equal([4]);
    }));

  it('computes the quantiles of latency that the bins of the device give', () =>
    eventuallyHolds(async () => {
      const quantile = async (q: number, name: string): Promise<number> =>
        values(await prometheus.query(`histogram_quantile(${q}, ${name}{${volume(4)}})`))[0] ?? NaN;
      for (const name of [
        'ebs_read_io_latency_seconds_bucket',
        'aws_ebs_csi_read_io_latency_seconds_bucket',
      ]) {
        expect(await quantile(0.25, name), name).to.be.closeTo(0.000384, 1e-12);
        expect(await quantile(0.5, name), name).to.be.closeTo(0.000512, 1e-12);
        expect(await quantile(0.7, name), name).to.be.closeTo(0.001536, 1e-12);
        expect(await quantile(0.99, name), name).to.equal(2 ** 26 / 1e6);
      }
      const mean = `ebs_read_io_latency_seconds_sum{${volume(4)}} / ebs_read_io_latency_seconds_count`;
      expect(values(await prometheus.query(mean))).to.deep.equal([
        distinctPage(4).readTimeMicros / 1e6 / 100,
      ]);
    }));

  it('answers the queries that users of the EBS exporter have', async () => {
    const throttled = distinctPage(1);
    await node.serve(1, {
      ...throttled,
      volumeIopsExceededMicros: throttled.volumeIopsExceededMicros + 400_000,
      volumeThroughputExceededMicros: throttled.volumeThroughputExceededMicros + 400_000,
    });
    await prometheus.eventually(
      'max_over_time(ebs_volume_throughput_exceeded_check[1m]) == 1',
      (samples) => byVolume(samples)[ebsId(1)] === 1,
    );
    // The gauges say so until the next reading; what they said is asked for at the moment they did.
    const [check] = await prometheus.stored(`ebs_volume_throughput_exceeded_check{${volume(1)}}[1m]`);
    const at = check?.samples.find(({ value }) => value === 1)?.atMs ?? 0;
    const then = async (selector: string, before = '', after = '') =>
      prometheus.query(`${before}${selector} @ ${at / 1000}${after}`);

    expect(await then('ebs_volume_performance_exceeded_iops_percent{cluster_id="prod"}')).to.have.length(4);
    await prometheus.eventually('sum(ebs_total_read_ops_total)', ([sum]) => sum?.value === 10_000_004);
    const throttling = await then('ebs_volume_throughput_exceeded_check', '', ' == 1');
    expect(throttling.map(({ labels }) => labels['device'])).to.deep.equal(['nvme1n1']);
    await prometheus.eventually('{__name__=~"ebs_.*"}', ({ length }) => length > 100);
    const percent = await then('ebs_volume_performance_exceeded_iops_percent', 'sum(', ') by (volume_id)');
    expect(byVolume(percent)).to.include({ [ebsId(2)]: 0, [ebsId(3)]: 0, [ebsId(4)]: 0 });
    // 400 ms between two scrapes a second apart, or more where the machine stood still.
    expect(byVolume(percent)[ebsId(1)]).to.be.within(2, 100);
  });

  it('joins the volumes with what target_info knows of the machine', () =>
    eventuallyHolds(async () => {
      const joined = await prometheus.query(
        `ebs_volume_up * on (job, instance) group_left (host_id, k8s_cluster_name, deployment_environment_name) target_info`,
      );
      expect(joined).to.have.length(4);
      for (const { labels, value } of joined) {
        expect(value).to.equal(1);
        expect(labels).to.include({
          host_id: 'i-0123456789abcdef0',
          k8s_cluster_name: 'prod',
          deployment_environment_name: 'test',
          cluster_id: 'prod',
          node: 'node-7',
        });
      }
    }));

  it('knows type, unit and help of each family: it asked for OpenMetrics, and got it', async () => {
    const [operations] = await prometheus.metadata('ebs_total_read_bytes');
    expect(operations).to.include({ type: 'counter', unit: 'bytes' });
    expect(operations?.help).to.match(/^Bytes .+\.$/);
    const expected = [
      ['ebs_read_io_latency_seconds', 'histogram', 'seconds'],
      ['ebs_volume_performance_exceeded_iops_percent', 'gauge', 'percent'],
      ['ebs_volume_up', 'gauge', ''],
      ['aws_ebs_volume_operation_time_seconds', 'counter', 'seconds'],
      ['aws_ebs_csi_read_seconds', 'counter', 'seconds'],
    ] as const;
    for (const [family, type, unit] of expected) {
      expect((await prometheus.metadata(family))[0], family).to.include({ type, unit });
    }
  });

  it('sees the rate at which a device counts', async () => {
    const page = distinctPage(2);
    const operationsPerSecond = 5_000;
    const startMs = performance.now();
    // Who stood still advanced no device, or scraped none: the rate is asked for when both went on for six seconds.
    const often = `count_over_time(ebs_total_read_ops_total{${volume(2)}}[5s]) >= 5`;
    const asked = `rate(ebs_total_read_ops_total{${volume(2)}}[5s]) and ${often}`;
    let rate: number | undefined;
    let nowMs = startMs;
    for (let evenSinceMs = startMs; rate === undefined;) {
      const operations = Math.round(((nowMs - startMs) / 1000) * operationsPerSecond);
      await node.serve(2, { ...page, readOperations: page.readOperations + operations });
      await sleep(50);
      const stoodStill = performance.now() - nowMs > 500;
      nowMs = performance.now();
      if (stoodStill) evenSinceMs = nowMs;
      if (nowMs - evenSinceMs > 6_000) [rate] = values(await prometheus.query(asked));
    }
    // The device is advanced by a process that shares its processors with everything else here.
    expect(rate).to.be.within(operationsPerSecond * 0.7, operationsPerSecond * 1.3);
  });

  it('forgets a detached volume at the next scrape, and sees the other ones as before', async () => {
    await node.detach(2);
    await prometheus.eventually('ebs_volume_up', (samples) => samples.length === 3);
    expect(await prometheus.query(`{${volume(2)}}`)).to.deep.equal([]);
    expect(await prometheus.query(`{aws_ebs_volume_id="${ebsId(2)}"}`)).to.deep.equal([]);
    const others = [1, 3, 4].map(ebsId);
    await eventuallyHolds(async () => {
      expect(byVolume(await prometheus.query('ebs_volume_up'))).to.have.keys(others);
    });
  });

  it('never sees a rate below zero or beyond what was done, when volumes come back with counters at zero', async () => {
    // One is seen to go and come; the other goes and comes between two readings.
    await node.attach(ebsDrive(2, { queueLength: 1 }));
    await node.serve(3, { queueLength: 1 });
    await prometheus.eventually('ebs_total_read_ops_total', (samples) => {
      const now = byVolume(samples);
      return now[ebsId(2)] === 0 && now[ebsId(3)] === 0;
    });
    await node.serve(2, { readOperations: 700, writeBytes: 4096 });
    await node.serve(3, { readOperations: 900, readTimeMicros: 5000 });
    await prometheus.scrapes(2);

    expect(
      byVolume(await prometheus.query(`resets(ebs_total_read_ops_total{node="node-7"}[1m])`)),
    ).to.deep.equal({ [ebsId(1)]: 0, [ebsId(2)]: 1, [ebsId(3)]: 1, [ebsId(4)]: 0 });
    const grouped = 'group({__name__=~"(ebs|aws)_.+_(total|bucket|sum|count)"}) by (__name__)';
    const names = (await prometheus.eventually(grouped, ({ length }) => length > 30))
      .map(({ labels }) => labels['__name__'] ?? '')
      .filter((name) => !/^ebs_collector_|_csi_nvme_collector_/.test(name));
    expect(names).to.have.length.greaterThan(30);
    for (const name of names) {
      const rates = await prometheus.query(`min_over_time(rate(${name}[3s])[1m:1s])`);
      expect(rates, name).to.have.length.greaterThan(3);
      expect(Math.min(...values(rates)), name).to.be.at.least(0);
    }
    const increase = byVolume(
      await prometheus.query('max_over_time(rate(ebs_total_read_ops_total[10s])[1m:1s])'),
    );
    expect(increase[ebsId(3)]).to.be.within(1, 900);
  });

  it('refused no sample: nothing was there twice or out of order', async () => {
    const itself = await prometheus.itself();
    for (const trouble of ['sample_duplicate_timestamp', 'sample_out_of_order', 'sample_out_of_bounds']) {
      expect(itself.get(`prometheus_target_scrapes_${trouble}_total`), trouble).to.equal(0);
    }
  });
});
