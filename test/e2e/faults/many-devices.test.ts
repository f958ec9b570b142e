import { performance } from 'node:perf_hooks';
import { expect } from 'chai';
import { containerOf, daemonSetOf } from '../../deploy/kubernetes/daemon-set.ts';
import { objectsIn } from '../../deploy/kubernetes/manifests.ts';
import { set, startCollector, type Collector } from '../../fixtures/collector.ts';
import { eventually } from '../../fixtures/eventually.ts';
import { fetchText } from '../../fixtures/http.ts';
import { distinctPage, ebsDrive, ebsId, startNode, type TestNode } from '../../fixtures/node.ts';
import { startOtlpReceiver, type OtlpReceiver, type ReceivedPush } from '../../fixtures/otlp-receiver.ts';
import { metricsIn } from '../../fixtures/otlp/decoder.ts';
import { peakMb, threadsOf } from '../../fixtures/process-facts.ts';
import { pushEvery } from './push-settings.ts';
import { statesOn, upByDevice, valueOf } from './volumes-on-page.ts';

const readTimeoutMs = 1_500;
/** For what comes after the drives on a machine that does other things too. */
const slackMs = 6_000;

async function startOn(
  node: TestNode,
  backend: OtlpReceiver,
  more: readonly string[] = [],
): Promise<{ collector: Collector; readerPid: number }> {
  const collector = await startCollector([
    ...node.settings,
    ...pushEvery('2s', backend),
    ...set(`receivers.nvme.read_timeout=${readTimeoutMs}ms`, ...more),
  ]);
  const { reader_pid: readerPid } = await collector.logged('privileges are separated');
  return { collector, readerPid: Number(readerPid) };
}

/** How many volumes a push says can be read, and how many cannot. */
function upInPush({ payloads }: ReceivedPush): { readonly readable: number; readonly failed: number } {
  const points = metricsIn(payloads)
    .filter(({ name }) => name === 'aws.ebs.volume.up')
    .flatMap((metric) => metric.points);
  const readable = points.filter(({ value }) => value === 1).length;
  return { readable, failed: points.length - readable };
}

/** What the DaemonSet gives. */
function memoryLimitMb(container: string): number {
  const { limits } = containerOf(daemonSetOf(objectsIn('deploy')), container).resources;
  return Number(/^(\d+)Mi$/.exec(limits['memory'] ?? '')?.[1]);
}

/** Where the machine stands still for as long as a drive may take, the others are late too: then a later reading says so. */
describe('64 of 128 drives that hang at once', function () {
  this.timeout(120_000);
  let node: TestNode;
  let backend: OtlpReceiver;
  let collector: Collector;
  let readerPid: number;
  const numbers = Array.from({ length: 128 }, (_, index) => index + 1);
  const hangs = (number: number) => number % 2 === 0;
  const hangingDevices = new Set(numbers.filter(hangs).map((number) => `nvme${number}n1`));

  const states = async () => statesOn((await collector.scrape()).body);

  before(async () => {
    node = await startNode();
    backend = await startOtlpReceiver();
    for (const number of numbers) await node.attach(ebsDrive(number));
    ({ collector, readerPid } = await startOn(node, backend));
    await eventually('every volume readable', states, (each) => each['1'] === 128);
    for (const number of numbers.filter(hangs))
      await node.devices.setMode(`nvme${number}n1`, { type: 'hang' });
  });

  after(async () => {
    await collector?.stop();
    await node?.stop();
    await backend?.close();
  });

  it('cost the others the read timeout at most, on pages', async () => {
    // A reading may have been under way when the first of them hung; whoever asks meanwhile shares it.
    const { status, body } = await eventually(
      'a page of what hangs now',
      async () => {
        const startMs = performance.now();
        const page = await collector.scrape();
        expect(performance.now() - startMs).to.be.below(readTimeoutMs + slackMs);
        return page;
      },
      (page) => statesOn(page.body)['1'] === 64,
    );
    expect(status).to.equal(200);
    expect(statesOn(body)).to.deep.equal({ '1': 64, '0 timeout': 64 });
    for (const number of numbers) {
      const label = `volume_id="${ebsId(number)}"`;
      const expected = hangs(number) ? undefined : distinctPage(number).readOperations;
      const line = body
        .split('\n')
        .find((each) => each.startsWith('ebs_total_read_ops_total{') && each.includes(label));
      expect(line === undefined ? undefined : Number(line.split(' ').at(-1))).to.equal(expected);
    }
  });

  it('cost pushes no more', async () => {
    const from = backend.pushes.length + 2;
    await eventually(
      'a push of half of them',
      async () => upInPush(await backend.push(Math.max(from, backend.pushes.length))),
      ({ readable, failed }) => readable === 64 && failed === 64,
    );
  });

  it('cost a thread each, and not one more however often they are asked', async () => {
    for (let scrape = 0; scrape < 20; scrape++) expect((await states())['0 timeout']).to.be.at.least(64);
    // Where drives that answer were late too there were more for a moment.
    await eventually(
      'threads',
      () => threadsOf(readerPid),
      (threads) => threads <= 64 + 8,
    );
    expect(threadsOf(collector.process.pid ?? 0)).to.be.below(32);
  });

  it('leave health honest: the collector lives and is ready, and says how many it cannot read', async () => {
    for (const path of ['/healthz', '/readyz'])
      expect((await fetchText(`${collector.url}${path}`)).status).to.equal(200);
    await eventually(
      'half of them counted as failed',
      async () => (await collector.scrape()).body,
      (body) =>
        ['failed', 'readable'].every((state) =>
          new RegExp(`^ebs_collector_volumes\\{.*state="${state}"\\} 64$`, 'm').test(body),
        ),
    );
    await eventually(
      'half of them on the page for people',
      async () => (await fetchText(`${collector.url}/`)).body,
      (landing) => landing.match(/no answer within 1500 ms|a command has been outstanding/g)?.length === 64,
    );
  });

  it('are said once each, with what happens next', () => {
    const warnings = collector.logs.filter(
      ({ level, device }) => level === 'warn' && hangingDevices.has(String(device)),
    );
    expect(warnings).to.have.length(64);
    expect(new Set(warnings.map(({ device }) => device)).size).to.equal(64);
    for (const { msg } of warnings) expect(msg).to.include('it is asked again');
  });

  it('come back, and take their threads along', async () => {
    for (const number of numbers.filter(hangs)) {
      await node.devices.setMode(`nvme${number}n1`, { type: 'ok' });
      await node.devices.release(`nvme${number}n1`);
    }
    await eventually('every volume readable', states, (each) => each['1'] === 128);
    await eventually(
      'few threads',
      () => threadsOf(readerPid),
      (threads) => threads <= 8,
    );
    const recovered = () =>
      collector.logs.filter(
        ({ msg, device }) => msg === 'volume can be read again' && hangingDevices.has(String(device)),
      ).length;
    // A line of the log may come behind the page.
    expect(await eventually('what is said of them', recovered, (lines) => lines >= 64)).to.equal(64);
  });
});

describe('512 drives', function () {
  this.timeout(120_000);
  let node: TestNode;
  let backend: OtlpReceiver;
  let collector: Collector;
  let readerPid: number;

  before(async () => {
    node = await startNode();
    backend = await startOtlpReceiver();
    for (let number = 1; number <= 512; number++) await node.attach(ebsDrive(number));
    // A queue is full after a few readings.
    const settings = ['exporters.otlphttp.interval=500ms', 'exporters.otlphttp.compression=none'];
    ({ collector, readerPid } = await startOn(node, backend, settings));
  });

  after(async () => {
    await collector?.stop();
    await node?.stop();
    await backend?.close();
  });

  it('are all on the page, and in pushes', async () => {
    const all = await eventually(
      'every volume readable',
      async () => statesOn((await collector.scrape()).body),
      (states) => states['1'] === 512,
    );
    expect(all).to.deep.equal({ '1': 512 });
    await eventually(
      'a push of all',
      async () => upInPush(await backend.push(Math.max(1, backend.pushes.length))),
      ({ readable, failed }) => readable === 512 && failed === 0,
    );
  });

  it('fit into the memory that the DaemonSet gives, while half of them hang, the backend does, and the queue is full', async () => {
    for (let number = 1; number <= 256; number++)
      await node.devices.setMode(`nvme${number}n1`, { type: 'hang' });
    backend.answer({ hang: true });
    const states = async () => statesOn((await collector.scrape({ 'Accept-Encoding': 'identity' })).body);
    await eventually('half of them hanging', states, (each) => each['1'] === 256);
    for (let scrape = 0; scrape < 10; scrape++) expect((await states())['0 timeout']).to.be.at.least(256);
    await eventually(
      'a full queue',
      async () => valueOf((await collector.scrape()).body, 'ebs_collector_exporter_dropped_total{'),
      (dropped) => (dropped ?? 0) > 0,
      60_000,
    );
    expect(peakMb(collector.process.pid ?? 0)).to.be.below(memoryLimitMb('collector'));
    expect(peakMb(readerPid)).to.be.below(memoryLimitMb('reader'));
    await eventually(
      'threads',
      () => threadsOf(readerPid),
      (threads) => threads <= 256 + 8,
    );
    await eventually(
      'the others readable',
      async () => upByDevice((await collector.scrape()).body)['nvme512n1'],
      (up) => up === '1',
    );
    expect(await collector.stop()).to.equal(0);
  });
});
