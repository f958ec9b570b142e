import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { set, startCollector, type Collector } from '../fixtures/collector.ts';
import { eventually } from '../fixtures/eventually.ts';
import { startOtlpReceiver, type OtlpReceiver, type ReceivedPush } from '../fixtures/otlp-receiver.ts';
import { metricsIn } from '../fixtures/otlp/decoder.ts';
import { createCertificates, type Certificates } from '../fixtures/tls.ts';

const resourceOf = ({ payloads }: ReceivedPush) => payloads[0]?.resource ?? {};
const metricNames = ({ payloads }: ReceivedPush): readonly string[] =>
  metricsIn(payloads).map(({ name }) => name);

describe('the OTEL variables', function () {
  this.timeout(60_000);
  let backends: OtlpReceiver[];
  let collector: Collector | undefined;
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'collector-'));
    backends = await Promise.all([startOtlpReceiver(), startOtlpReceiver(), startOtlpReceiver()]);
  });

  afterEach(async () => {
    await collector?.stop();
    collector = undefined;
    for (const backend of backends ?? []) await backend.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('name a backend without a file, and what to send to it along', async () => {
    const [backend] = backends;
    collector = await startCollector(['--simulate', '1'], {
      OTEL_EXPORTER_OTLP_ENDPOINT: backend!.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=hunter2,x-scope=a%20b',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
    });
    const push = await backend!.push(2);
    expect(push.path).to.equal('/v1/metrics');
    expect(push.headers).to.include({
      'api-key': 'hunter2',
      'x-scope': 'a b',
      'content-type': 'application/json',
    });
    expect(push.headers).to.not.have.property('content-encoding');
    expect(metricNames(push)).to.include('aws.ebs.volume.operations');
    expect((await collector.scrape()).body).to.include('ebs_total_read_ops_total');
    expect(JSON.stringify(collector.logs)).to.not.include('hunter2');
  });

  it('reach neither of two exporters that a file names: no header, no credential, no push elsewhere', async () => {
    const [elsewhere, first, second] = backends;
    const file = join(folder, 'collector.yaml');
    writeFileSync(
      file,
      `receivers: { nvme: { simulate: 1, collection_interval: 1s } }
exporters:
  prometheus: { endpoint: "127.0.0.1:0" }
  otlphttp/first: { endpoint: "${first!.url}", headers: { x-first: "\${env:FIRST_KEY}" } }
  otlphttp/second: { endpoint: "${second!.url}", encoding: json }
`,
    );
    collector = await startCollector(['--config', file], {
      OTEL_EXPORTER_OTLP_ENDPOINT: elsewhere!.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=hunter2',
      OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'api-key=hunter3',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
      FIRST_KEY: 'sesame',
    });
    const pushes = await Promise.all([first!.push(2), second!.push(2)]);
    for (const { headers } of pushes) {
      expect(headers).to.not.have.property('api-key');
      expect(headers).to.include({ 'content-encoding': 'gzip' });
    }
    expect(pushes[0].headers).to.include({ 'x-first': 'sesame' });
    expect(pushes[1].headers).to.not.have.property('x-first');
    expect(elsewhere!.pushes).to.have.length(0);
    // Who set them is told that they are not used.
    const ignored = collector.logs.filter(({ level }) => level === 'warn').map(({ msg }) => msg);
    expect(ignored.find((line) => line.includes('OTEL_EXPORTER_OTLP_ENDPOINT'))).to.include('ignored');
    expect(JSON.stringify(collector.logs)).to.not.match(/hunter|sesame/);
  });

  it('describe the resource, alike on pushes, target_info and labels', async () => {
    const [backend] = backends;
    collector = await startCollector(['--simulate', '1'], {
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${backend!.url}/otlp/metrics`,
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,team=stor%C3%A5ge,service.name=unseen',
      OTEL_SERVICE_NAME: 'ebs-of-node-7',
      CLUSTER_ID: 'prod',
      NODE_NAME: 'node-7',
    });
    const push = await backend!.push(1);
    expect(push.path).to.equal('/otlp/metrics');
    expect(resourceOf(push)).to.include({
      'service.name': 'ebs-of-node-7',
      'deployment.environment.name': 'test',
      team: 'storåge',
      'k8s.cluster.name': 'prod',
      'k8s.node.name': 'node-7',
      'host.name': 'node-7',
    });
    const { body } = await collector.scrape();
    const targetInfo = body.split('\n').find((line) => line.startsWith('target_info{'));
    for (const label of [
      'service_name="ebs-of-node-7"',
      'deployment_environment_name="test"',
      'team="storåge"',
      'k8s_cluster_name="prod"',
      'k8s_node_name="node-7"',
    ]) {
      expect(targetInfo).to.include(label);
    }
    expect(body).to.match(/^ebs_volume_up\{cluster_id="prod",node="node-7",/m);
  });

  it('give the certificates to a backend that asks for them', async () => {
    const certificates: Certificates = createCertificates();
    const { authority, server, client } = certificates;
    const secure = await startOtlpReceiver({
      cert: server.cert,
      key: server.key,
      ca: authority.cert,
      requestCert: true,
      rejectUnauthorized: true,
    });
    backends.push(secure);
    try {
      collector = await startCollector(['--simulate', '1'], {
        OTEL_EXPORTER_OTLP_ENDPOINT: secure.url,
        OTEL_EXPORTER_OTLP_CERTIFICATE: authority.certFile,
        OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: client.certFile,
        OTEL_EXPORTER_OTLP_CLIENT_KEY: client.keyFile,
      });
      expect(metricNames(await secure.push(1))).to.include('aws.ebs.volume.operations');
    } finally {
      certificates.remove();
    }
  });

  it('bound a push', async () => {
    const [backend] = backends;
    backend!.answer({ hang: true });
    collector = await startCollector(['--simulate', '1'], {
      OTEL_EXPORTER_OTLP_ENDPOINT: backend!.url,
      OTEL_EXPORTER_OTLP_TIMEOUT: '500',
    });
    const failed = await collector.logged(/^push failed/);
    expect(failed.msg).to.include('500 ms');
  });
});

describe('a backend', function () {
  this.timeout(60_000);
  let backend: OtlpReceiver | undefined;
  let collector: Collector | undefined;

  afterEach(async () => {
    await collector?.stop();
    await backend?.close();
    backend = undefined;
    collector = undefined;
  });

  const pushTo = (url: string, ...settings: readonly string[]): Promise<Collector> =>
    startCollector(['--simulate', '1', ...set(`exporters.otlphttp={endpoint: "${url}"}`, ...settings)]);

  it('that is away keeps the collector neither from starting nor from serving, is said once, and is back by itself', async () => {
    const nobody = await startOtlpReceiver();
    await nobody.close();
    collector = await pushTo(nobody.url, 'receivers.nvme.collection_interval=1s');
    const failures = () => collector!.logs.filter(({ msg }) => msg.startsWith('push failed'));
    const page = () => collector!.scrape().then(({ body }) => body);
    const failed = /^ebs_collector_exporter_failed_total\{.*otlphttp.*\} (\d+)$/m;
    // Twice the points of one push: it was tried again.
    const points = async () => Number(failed.exec(await page())?.[1] ?? 0);
    const first = await eventually('failed points', points, (count) => count > 0);
    const body = await eventually('the page', page, (text) => Number(failed.exec(text)?.[1]) > first);
    expect(body).to.include('ebs_total_read_ops_total');
    expect(body).to.match(/^ebs_collector_exporter_ready\{.*otlphttp.*\} 0$/m);
    expect(failures()).to.have.length(1);
    expect(failures()[0]).to.include({ level: 'error', component: 'otlphttp' });

    backend = await startOtlpReceiver(undefined, Number(new URL(nobody.url).port));
    await collector.logged('pushing works again');
    expect(metricNames(await backend.push(1))).to.include('aws.ebs.volume.operations');
    const ready = /^ebs_collector_exporter_ready\{.*otlphttp.*\} 1$/m;
    await eventually('the page', page, (text) => ready.test(text));
    expect(failures()).to.have.length(1);
  });

  it('gets a last push at SIGTERM, with what was read then', async () => {
    backend = await startOtlpReceiver();
    collector = await pushTo(
      backend.url,
      'receivers.nvme.collection_interval=60s',
      'receivers.nvme.min_interval=1ms',
    );
    await backend.push(1);
    expect(await collector.stop()).to.equal(0);
    expect(backend.pushes).to.have.length(2);
    const [first, last] = backend.pushes.map(
      ({ payloads }) => payloads[0]?.scopes[0]?.metrics[0]?.points[0]?.timeNanos ?? 0n,
    );
    expect(last! > first!).to.equal(true);
  });

  it('that hangs does not outlast the grace that Kubernetes gives', async () => {
    backend = await startOtlpReceiver();
    backend.answer({ hang: true });
    collector = await pushTo(backend.url, 'exporters.otlphttp.timeout=60s');
    await backend.push(1);
    const startMs = performance.now();
    expect(await collector.stop()).to.equal(0);
    // 30 s to the kill. It is a promise to whoever drains a node, not a measure of this machine.
    expect(performance.now() - startMs).to.be.below(25_000);
    expect(collector.logs.at(-1)?.msg).to.equal('stopped');
  });
});
