import { performance } from 'node:perf_hooks';
import { expect } from 'chai';
import { set, startCollector, type Collector } from '../../fixtures/collector.ts';
import { eventually } from '../../fixtures/eventually.ts';
import { fetchText } from '../../fixtures/http.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../../fixtures/otlp-receiver.ts';
import { startSilentNameServer, type SilentNameServer } from '../../fixtures/silent-name-server.ts';
import { valueOf } from './volumes-on-page.ts';

/** What the collector gives itself to end, and what a machine with other things to do needs for the rest. */
const shutdownMs = 10_000 + 10_000;

/** Settings for exporters that push here and there, and for Prometheus beside them. The one that is good has its time. */
function pushingTo(urls: Readonly<Record<string, string>>): readonly string[] {
  const ids = Object.keys(urls).map((name) => `otlphttp/${name}`);
  const settings = Object.entries(urls).flatMap(([name, url]) => [
    `exporters.otlphttp/${name}.endpoint=${url}`,
    `exporters.otlphttp/${name}.interval=300ms`,
    ...(name === 'good' ? [] : [`exporters.otlphttp/${name}.timeout=2s`]),
    `exporters.otlphttp/${name}.retry_on_failure.max_interval=500ms`,
    `exporters.otlphttp/${name}.retry_on_failure.initial_interval=500ms`,
  ]);
  return set(...settings, `service.pipelines.metrics.exporters=[prometheus,${ids.join(',')}]`);
}

/** Ends it, and gives how long that took, ms. */
async function stopTime(collector: Collector): Promise<number> {
  const startMs = performance.now();
  expect(await collector.stop()).to.equal(0);
  return performance.now() - startMs;
}

const failuresOf = (collector: Collector, component: string) =>
  collector.logs.filter((line) => line['component'] === component && ['warn', 'error'].includes(line.level));

describe('backends behind a name server that is silent', function () {
  this.timeout(120_000);
  let nameServer: SilentNameServer;
  let backend: OtlpReceiver;
  let collector: Collector;
  const silent = ['a', 'b', 'c', 'd', 'e'];

  before(async () => {
    nameServer = await startSilentNameServer();
    backend = await startOtlpReceiver();
    const urls = Object.fromEntries(silent.map((name) => [name, `http://${name}.example.test:4318`]));
    collector = await startCollector(
      ['--simulate', '4', ...pushingTo({ ...urls, good: backend.url })],
      {},
      undefined,
      nameServer.launcher,
    );
  });

  after(async () => {
    await collector?.stop();
    await backend?.close();
    nameServer?.close();
  });

  it('keep no page waiting, compressed or not, and no other backend', async () => {
    await eventually('questions', nameServer.questions, (questions) => questions >= 2);
    for (const encoding of ['gzip', 'identity', 'gzip', 'identity']) {
      const { status } = await collector.scrape({ 'Accept-Encoding': encoding });
      expect(status).to.equal(200);
    }
    const pushed = backend.pushes.length;
    await backend.push(pushed + 3);
  });

  it('are said once each, and shown as not ready', async () => {
    const ready = (name: string, body: string) =>
      valueOf(body, `ebs_collector_exporter_ready{otel_component_name="otlphttp/${name}"`);
    const { body } = await eventually(
      'exporters that are not ready',
      () => collector.scrape(),
      (page) => silent.every((name) => ready(name, page.body) === 0),
    );
    expect(ready('good', body)).to.equal(1);
    for (const name of silent) {
      const failures = failuresOf(collector, `otlphttp/${name}`);
      expect(failures).to.have.length(1);
      expect(failures[0]).to.have.property('hint');
    }
    expect(failuresOf(collector, 'otlphttp/good')).to.deep.equal([]);
    expect((await fetchText(`${collector.url}/readyz`)).status).to.equal(200);
  });

  it('keep the collector from ending no longer than it gives itself', async () => {
    expect(await stopTime(collector)).to.be.below(shutdownMs);
  });
});

describe('a backend that accepts and never answers', function () {
  this.timeout(120_000);
  let backend: OtlpReceiver;
  let good: OtlpReceiver;
  let collector: Collector;

  beforeEach(async () => {
    [backend, good] = [await startOtlpReceiver(), await startOtlpReceiver()];
    backend.answer({ hang: true });
    collector = await startCollector([
      '--simulate',
      '4',
      ...pushingTo({ mute: backend.url, good: good.url }),
    ]);
  });

  afterEach(async () => {
    await collector?.stop();
    await backend?.close();
    await good?.close();
  });

  it('is asked by one connection at a time, said once, and heard again when it answers', async () => {
    await collector.logged(/^push failed: no answer within 2000 ms/);
    await backend.push(2);
    await good.push(good.pushes.length + 3);
    expect((await collector.scrape()).status).to.equal(200);
    expect(failuresOf(collector, 'otlphttp/mute')).to.have.length(1);
    expect(failuresOf(collector, 'otlphttp/good')).to.deep.equal([]);
    expect(backend.mostConcurrent()).to.equal(1);
    backend.answer({ accept: true });
    const back = await collector.logged('pushing works again');
    expect(back['component']).to.equal('otlphttp/mute');
  });

  it('keeps the collector from ending no longer than it gives itself', async () => {
    await backend.push(1);
    expect(await stopTime(collector)).to.be.below(shutdownMs);
  });

  it('keeps a reload from happening no longer than exporters get to finish', async () => {
    await backend.push(1);
    const from = collector.logs.length;
    collector.signal('SIGHUP');
    await collector.logged('the configuration was reloaded', from);
    await good.push(good.pushes.length + 1);
  });
});
