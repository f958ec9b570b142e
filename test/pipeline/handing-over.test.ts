import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { ownPointsOf } from '../fixtures/collections.ts';
import { createService, type Service } from '../../pipeline/service.ts';
import { createOwnMetrics, type OwnMetrics } from '../../pipeline/telemetry/own-metrics.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../fixtures/otlp-receiver.ts';
import { createCertificates } from '../fixtures/tls.ts';
import { dependencies, withPipeline } from './configured.ts';
import { startSlowBackend, takePort } from './servers.ts';

const operations = 'aws.ebs.volume.operations';

/** When each reading that arrived was made, in the order of arrival. */
const readingsIn = (pushes: OtlpReceiver['pushes']): readonly bigint[] =>
  pushes.flatMap(({ payloads }) =>
    payloads
      .flatMap(({ scopes }) => scopes.flatMap(({ metrics }) => metrics))
      .filter(({ name }) => name === operations)
      .flatMap(({ points }) => points[0]?.timeNanos ?? []),
  );

describe('an exporter that another configuration brings anew', () => {
  let backend: OtlpReceiver;
  let own: OwnMetrics;
  let service: Service;
  let log: ReturnType<typeof dependencies>['log'];
  let folder: string;
  beforeEach(async () => {
    backend = await startOtlpReceiver();
    own = createOwnMetrics('0.0.0-test');
    const on = dependencies({ own });
    service = createService(on);
    log = on.log;
    folder = mkdtempSync(join(tmpdir(), 'queue-'));
  });
  afterEach(async () => {
    await service.shutdown(0);
    await backend.close();
    rmSync(folder, { recursive: true });
  });

  const retries = 'retry_on_failure: {initial_interval: 20ms, max_interval: 20ms}';
  const configured = (settings: string, more = '', names = 'otlphttp') =>
    withPipeline(
      '{simulate: 1, min_interval: 0s}',
      `otlphttp: {endpoint: "${backend.url}", interval: 100ms, ${retries}, ${settings}}${more}`,
      names,
    );
  const valueOf = async (name: string): Promise<number | undefined> => {
    const points = await ownPointsOf(own, `ebs.collector.exporter.${name}`);
    return points.length === 0 ? undefined : points.reduce((sum, { value }) => sum + Number(value), 0);
  };
  const until = async (condition: () => Promise<boolean> | boolean): Promise<void> => {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const waiting = (requests: number) => until(async () => ((await valueOf('queue.size')) ?? 0) >= requests);
  /** What is tried meanwhile is refused; what is taken is what comes after. */
  const recovered = async (readings: number): Promise<readonly bigint[]> => {
    const refused = backend.pushes.length;
    backend.answer({ accept: true });
    await until(() => readingsIn(backend.pushes.slice(refused)).length >= readings);
    const arrived = readingsIn(backend.pushes.slice(refused));
    expect(arrived).to.deep.equal([...new Set(arrived)].toSorted((a, b) => (a < b ? -1 : 1)));
    return arrived;
  };

  /** To a page on a port that somebody else has. */
  const reloadInVain = async (): Promise<void> => {
    const { port, server } = await takePort();
    const page = `, prometheus: {endpoint: "127.0.0.1:${port}"}`;
    const broken = await configured('', page, 'otlphttp, prometheus');
    const failure = await service.reload(broken).catch((error: Error) => error.message);
    expect(failure).to.include(String(port));
    await new Promise((resolve) => server.close(resolve));
  };

  for (const [where, settings] of [
    ['in memory', () => ''],
    ['on disk', () => `sending_queue: {storage: "${folder}"}`],
  ] as const) {
    it(`goes on with what waited ${where}`, async () => {
      backend.answer({ status: 503 });
      await service.start(await configured(settings()));
      const first = readingsIn([await backend.push(1)])[0];
      await waiting(3);
      await service.reload(await configured(`${settings()}${settings() && ','} encoding: json`));
      await waiting(5);
      expect((await recovered(5))[0]).to.equal(first);
      expect(await valueOf('dropped')).to.equal(undefined);
    });
  }

  it('has what waited also where the other configuration could not be started', async () => {
    backend.answer({ status: 503 });
    await service.start(await configured(''));
    const first = readingsIn([await backend.push(1)])[0];
    await waiting(3);
    await reloadInVain();
    expect((await recovered(4))[0]).to.equal(first);
    expect(await valueOf('dropped')).to.equal(undefined);
  });

  it('has what waited also where neither could be started, once that is mended', async () => {
    const certificates = createCertificates();
    const { cert, keyFile } = certificates.server;
    const certFile = certificates.write('page.crt', String(cert));
    const tls = `tls: {cert_file: "${certFile}", key_file: "${keyFile}"}`;
    const page = `, prometheus: {endpoint: "127.0.0.1:0", ${tls}}`;
    const config = await configured('', page, 'otlphttp, prometheus');
    backend.answer({ status: 503 });
    await service.start(config);
    const first = readingsIn([await backend.push(1)])[0];
    await waiting(3);
    rmSync(certFile);
    await reloadInVain();
    const why = log.find(({ msg }) => msg.includes('cannot be started again'));
    expect(String(why?.['error'])).to.include(certFile);
    certificates.write('page.crt', String(cert));
    await service.reload(config);
    expect((await recovered(4))[0]).to.equal(first);
    expect(await valueOf('dropped')).to.equal(undefined);
    certificates.remove();
  });

  it('sends once what is under way when the other configuration cannot be started', async () => {
    const slow = await startSlowBackend();
    const neighbour = `, otlphttp/slow: {endpoint: "${slow.url}", interval: 100ms}`;
    backend.answer({ status: 503 });
    await service.start(await configured('', neighbour, 'otlphttp, otlphttp/slow'));
    await waiting(3);
    await slow.asked;
    const starts = () => log.filter(({ msg }) => msg === 'pushing').length;
    const startsBefore = starts();
    const reloaded = reloadInVain();
    await until(() => starts() > startsBefore);
    const refused = backend.pushes.length;
    let answer = (): void => undefined;
    backend.answer({ accept: true, once: new Promise<void>((resolve) => (answer = resolve)) });
    // Prometheus waits for the exporter that is slow to end: by then this one sends again.
    await until(() => backend.openRequests() > 0);
    slow.answer();
    const isThere = async (id: string): Promise<boolean> =>
      (await ownPointsOf(own, 'ebs.collector.exporter.ready')).some(
        ({ attributes }) => attributes['otel.component.name'] === id,
      );
    await until(async () => !(await isThere('otlphttp/slow')));
    // A moment later Prometheus fails, and this one is ended.
    await sleep(100);
    answer();
    await reloaded;
    await slow.close();
    backend.answer({ accept: true });
    const arrived = () => readingsIn(backend.pushes.slice(refused));
    await until(() => arrived().length >= 5);
    expect(arrived()).to.deep.equal([...new Set(arrived())]);
  });

  it('counts what waited in memory where there is no such exporter any more', async () => {
    backend.answer({ status: 503 });
    await service.start(await configured(''));
    await waiting(2);
    await service.reload(
      await withPipeline('{simulate: 1}', 'prometheus: {endpoint: "127.0.0.1:0"}', 'prometheus'),
    );
    expect(await valueOf('dropped')).to.be.greaterThan(0);
  });

  for (const [where, settings] of [
    ['in memory', () => 'temporality: delta'],
    ['on disk', () => `temporality: delta, sending_queue: {storage: "${folder}"}`],
  ] as const) {
    it(`goes on with deltas where they were ${where}: they are of one interval after the other`, async () => {
      await service.start(await configured(settings()));
      await until(() => readingsIn(backend.pushes).length >= 2);
      await service.reload(await configured(`${settings()}, encoding: json`));
      const before = readingsIn(backend.pushes).length;
      await until(() => readingsIn(backend.pushes).length >= before + 2);
      const intervals = backend.pushes
        .flatMap(({ payloads }) => payloads.flatMap(({ scopes }) => scopes))
        .flatMap(({ metrics }) => metrics.filter(({ name }) => name === operations))
        .map((metric) => {
          expect(metric.temporality).to.equal('delta');
          const [point] = metric.points;
          return [point?.startTimeNanos, point?.timeNanos];
        });
      expect(intervals.slice(1).map(([start]) => start)).to.deep.equal(
        intervals.slice(0, -1).map(([, end]) => end),
      );
    });
  }
});
