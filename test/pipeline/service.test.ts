import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Histogram } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { createService, type Service } from '../../pipeline/service.ts';
import { createOwnMetrics, type OwnMetrics } from '../../pipeline/telemetry/own-metrics.ts';
import { ownPointsOf } from '../fixtures/collections.ts';
import { fetchText } from '../fixtures/http.ts';
import { startOtlpReceiver } from '../fixtures/otlp-receiver.ts';
import { createSysfs } from '../fixtures/sysfs.ts';
import { createCertificates } from '../fixtures/tls.ts';
import { configure, dependencies, serving, withPipeline } from './configured.ts';
import { startSlowBackend, takePort } from './servers.ts';

const failure = (step: Promise<unknown>) =>
  step.then(
    () => 'done',
    (error: Error) => error.message,
  );

/** Undefined of none. */
const sumOf = (values: readonly unknown[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce<number>((sum, value) => sum + Number(value), 0);

describe('the service', () => {
  let own: OwnMetrics;
  let service: Service;
  let log: ReturnType<typeof dependencies>['log'];
  const closing: (() => Promise<unknown> | void)[] = [];
  beforeEach(() => {
    own = createOwnMetrics('0.0.0-test');
    const on = dependencies({ own });
    service = createService(on);
    log = on.log;
  });
  afterEach(async () => {
    await service.shutdown(0);
    for (const close of closing.splice(0)) await close();
  });

  const takenPort = async () => {
    const { port, server } = await takePort();
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    return port;
  };
  const addresses = () =>
    log.filter(({ msg }) => msg === 'listening').map((line) => `http://${String(line['address'])}`);
  const get = (path: string, address = addresses().at(-1) ?? '') => fetchText(`${address}${path}`);
  const volumesOn = async (address?: string) =>
    (await get('/metrics', address)).body.match(/^ebs_(instance_store_)?volume_up\{/gm)?.length;
  const isRefused = (address: string) => failure(get('/healthz', address));
  const receiversMade = () => log.filter(({ msg }) => msg.includes('simulated')).length;
  /** Values of one of the collector's metrics on itself. */
  const told = async (name: string) =>
    (await ownPointsOf(own, `ebs.collector.${name}`)).map(({ value }) => value);
  /** What receivers and exporters that are there say: how many volumes there are, and who is ready. */
  const observed = async () => ({
    volumes: sumOf(await told('volumes')),
    ready: await told('exporter.ready'),
  });
  const nothing = { volumes: undefined, ready: [] };

  describe('that starts', () => {
    it('serves, and reads at once', async () => {
      await service.start(await serving(3));
      expect(await volumesOn()).to.equal(3);
    });

    it('is ready without being asked for anything', async () => {
      await service.start(await serving());
      while ((await get('/readyz')).status !== 200) await new Promise(setImmediate);
    });

    it('says so where the node cannot be read, and goes on', async () => {
      const sysfs = createSysfs();
      closing.push(() => sysfs.remove());
      rmSync(join(sysfs.path, 'class/nvme'), { recursive: true });
      writeFileSync(join(sysfs.path, 'class/nvme'), '');
      const exporters = 'prometheus: {endpoint: "127.0.0.1:0"}';
      await service.start(await withPipeline(`{sys_path: "${sysfs.path}"}`, exporters, 'prometheus'));
      expect((await get('/metrics')).status).to.equal(500);
      const said = log.filter(({ msg }) => msg === 'cannot read the node');
      expect(said.map(({ level, component }) => ({ level, component }))).to.deep.equal([
        { level: 'error', component: 'nvme' },
      ]);
      expect((await get('/healthz')).status).to.equal(200);
    });

    it('and cannot, stops what had started and leaves nothing behind', async () => {
      const port = await takenPort();
      const exporters = `prometheus: {endpoint: "127.0.0.1:0"}, prometheus/b: {endpoint: "127.0.0.1:${port}"}`;
      const config = await withPipeline('{simulate: 1}', exporters, 'prometheus, prometheus/b');
      expect(await failure(service.start(config))).to.include(String(port));
      const [started = ''] = addresses();
      expect(await isRefused(started)).to.include('ECONNREFUSED');
      expect(await observed()).to.deep.equal(nothing);
    });
  });

  describe('that is reloaded', () => {
    it('is another one afterwards', async () => {
      await service.start(await serving(1));
      const [before = ''] = addresses();
      await service.reload(await serving(4));
      expect(await volumesOn()).to.equal(4);
      expect(await isRefused(before)).to.include('ECONNREFUSED');
      expect(await observed()).to.deep.equal({ volumes: 4, ready: [1] });
    });

    it('says nothing more of an exporter that is gone', async () => {
      const exporters = 'prometheus/a: {endpoint: "127.0.0.1:0"}, prometheus/b: {endpoint: "127.0.0.1:0"}';
      await service.start(await withPipeline('{simulate: 1}', exporters, 'prometheus/a, prometheus/b'));
      expect((await observed()).ready).to.deep.equal([1, 1]);
      await service.reload(await withPipeline('{simulate: 1}', exporters, 'prometheus/b'));
      expect((await observed()).ready).to.deep.equal([1]);
    });

    it('says nothing more of a receiver that is gone', async () => {
      const named = (id: string, simulate: number) =>
        configure(`receivers: {${id}: {simulate: ${simulate}}}
exporters: {prometheus: {endpoint: "127.0.0.1:0"}}
service: {pipelines: {metrics: {receivers: [${id}], exporters: [prometheus]}}}`);
      await service.start(await named('nvme/a', 2));
      await volumesOn();
      expect((await observed()).volumes).to.equal(2);
      await service.reload(await named('nvme/b', 3));
      await volumesOn();
      expect((await observed()).volumes).to.equal(3);
    });

    it('keeps nobody waiting for a backend that does not answer, but for who is to push to it', async () => {
      const backend = await startSlowBackend();
      closing.push(() => backend.close());
      const exporters = `prometheus: {endpoint: "127.0.0.1:0"}, otlphttp: {endpoint: "${backend.url}"}`;
      const config = await withPipeline('{simulate: 1}', exporters, 'prometheus, otlphttp');
      await service.start(config);
      await backend.asked;
      const pushing = () => log.filter(({ msg }) => msg === 'pushing').length;
      let done = false;
      const reload = service.reload(config).then(() => (done = true));
      while (addresses().length < 2) await new Promise(setImmediate);
      expect(await volumesOn()).to.equal(1);
      expect({ done, pushing: pushing() }).to.deep.equal({ done: false, pushing: 1 });
      backend.answer();
      await reload;
      expect(pushing()).to.equal(2);
    });

    it('keeps a receiver that is configured as before, and with it since when volumes are attached', async () => {
      await service.start(await serving(2));
      await volumesOn();
      await service.reload(await serving(2));
      expect(await volumesOn()).to.equal(2);
      expect(receiversMade()).to.equal(1);
      expect(log.filter(({ msg }) => msg === 'volume attached')).to.have.length(2);
    });

    it('can take the port that it serves on again', async () => {
      const { port, server } = await takePort();
      await new Promise((resolve) => server.close(resolve));
      await service.start(await serving(1, port));
      await service.reload(await serving(2, port));
      expect(await volumesOn(`http://127.0.0.1:${port}`)).to.equal(2);
    });

    it('says how long it took to let go', async () => {
      const shutdowns = async () =>
        ((await told('shutdown.duration')) as Histogram[]).reduce((sum, { count }) => sum + count, 0);
      const before = await shutdowns();
      await service.start(await serving());
      expect(await shutdowns()).to.equal(before);
      await service.reload(await serving());
      expect(await shutdowns()).to.equal(before + 1);
    });

    it('to what cannot be started, goes back to what it was', async () => {
      await service.start(await serving(2));
      await volumesOn();
      const port = await takenPort();
      expect(await failure(service.reload(await serving(3, port)))).to.include(String(port));
      expect(await volumesOn()).to.equal(2);
      expect(await observed()).to.deep.equal({ volumes: 2, ready: [1] });
      // One of each configuration: the receiver of the first has stayed.
      expect(receiversMade()).to.equal(2);
      await service.reload(await serving(5));
      expect(await volumesOn()).to.equal(5);
    });

    it('goes back to a port that the new configuration had taken already', async () => {
      const { port, server } = await takePort();
      await new Promise((resolve) => server.close(resolve));
      await service.start(await serving(1, port));
      const taken = await takenPort();
      const exporters = `prometheus: {endpoint: "127.0.0.1:${port}"}, prometheus/b: {endpoint: "127.0.0.1:${taken}"}`;
      const both = await withPipeline('{simulate: 3}', exporters, 'prometheus, prometheus/b');
      expect(await failure(service.reload(both))).to.include(String(taken));
      expect(await volumesOn(`http://127.0.0.1:${port}`)).to.equal(1);
    });

    it('and cannot go back either, says so and can be reloaded once that is mended', async () => {
      const certificates = createCertificates();
      closing.push(() => certificates.remove());
      const authority = readFileSync(certificates.authority.certFile, 'utf8');
      const caFile = certificates.write('ca.crt', authority);
      const exporters = `prometheus: {endpoint: "127.0.0.1:0"}, otlphttp: {endpoint: "https://127.0.0.1:1", tls: {ca_file: "${caFile}"}}`;
      const config = await withPipeline('{simulate: 2}', exporters, 'prometheus, otlphttp');
      await service.start(config);
      await volumesOn();
      rmSync(caFile);
      const port = await takenPort();
      expect(await failure(service.reload(await serving(3, port)))).to.include(String(port));
      const why = log.find(({ msg }) => msg.includes('cannot be started again'));
      expect(why).to.include({ level: 'error' });
      expect(String(why?.['error'])).to.include(caFile);
      certificates.write('ca.crt', authority);
      await service.reload(config);
      expect(await volumesOn()).to.equal(2);
      // The receiver has stayed through it all: one of each configuration was made.
      expect(receiversMade()).to.equal(2);
    });

    it('does nothing where nothing runs', async () => {
      expect(await failure(service.reload(await serving()))).to.equal('the collector does not run');
      await service.start(await serving());
      await service.shutdown(0);
      expect(await failure(service.reload(await serving()))).to.equal('the collector does not run');
      expect(addresses()).to.have.length(1);
    });
  });

  describe('that is shut down', () => {
    it('has let go of everything when it says so', async () => {
      await service.start(await serving());
      const [address = ''] = addresses();
      await service.shutdown(1000);
      expect(await isRefused(address)).to.include('ECONNREFUSED');
      expect(await observed()).to.deep.equal(nothing);
    });

    it('pushes the volumes a last time, and waits for the backend', async () => {
      const backend = await startOtlpReceiver();
      closing.push(() => backend.close());
      const exporters = `otlphttp: {endpoint: "${backend.url}"}`;
      await service.start(await withPipeline('{simulate: 1, min_interval: 0s}', exporters, 'otlphttp'));
      await backend.push(1);
      backend.answer({ accept: true, delayMs: 50 });
      await service.shutdown(60_000);
      expect(backend.pushes).to.have.length(2);
      expect(backend.openRequests()).to.equal(0);
      const names = backend.pushes[1]?.payloads
        .flatMap(({ scopes }) => scopes)
        .flatMap(({ metrics }) => metrics.map(({ name }) => name));
      expect(names).to.include('aws.ebs.volume.up');
    });

    it('waits no longer than it was given', async () => {
      const backend = await startOtlpReceiver();
      closing.push(() => backend.close());
      backend.answer({ hang: true });
      const exporters = `otlphttp: {endpoint: "${backend.url}"}`;
      await service.start(await withPipeline('{simulate: 1}', exporters, 'otlphttp'));
      await backend.push(1);
      // The backend never answers: that this ends is what is tested.
      await service.shutdown(20);
    });

    it('twice, or before it ran, is shut down', async () => {
      await service.shutdown(0);
      await service.start(await serving());
      await Promise.all([service.shutdown(0), service.shutdown(0)]);
      expect(await observed()).to.deep.equal(nothing);
    });
  });

  it('does one thing after the other, in the order in which it was told', async () => {
    const [first, second] = [await serving(1), await serving(2)];
    const done: string[] = [];
    const note = (what: string) => () => void done.push(what);
    await Promise.all([
      service.start(first).then(note('start')),
      service.reload(second).then(note('reload')),
      service.shutdown(0).then(note('shutdown')),
      service.start(second).then(note('start again')),
    ]);
    expect(done).to.deep.equal(['start', 'reload', 'shutdown', 'start again']);
    const [one = '', two = '', three = ''] = addresses();
    expect(addresses()).to.have.length(3);
    for (const gone of [one, two]) expect(await isRefused(gone)).to.include('ECONNREFUSED');
    expect(await volumesOn(three)).to.equal(2);
  });

  it('goes on after a step that failed', async () => {
    const port = await takenPort();
    const failed = failure(service.start(await serving(1, port)));
    const config = await serving(2);
    await Promise.all([failed, service.start(config)]);
    expect(await volumesOn()).to.equal(2);
  });
});
