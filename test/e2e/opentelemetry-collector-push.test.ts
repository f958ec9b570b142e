import { createServer } from 'node:http';
import { expect } from 'chai';
import {
  clusterName,
  nodeName,
  owner,
  startDeployedCollector,
  volumes,
  type DeployedCollector,
} from '../fixtures/deployed-collector.ts';
import { eventually } from '../fixtures/eventually.ts';
import { identityDocument } from '../fixtures/imds.ts';
import { listenOnLoopback } from '../fixtures/loopback-server.ts';
import { distinctPage, ebsId } from '../fixtures/node.ts';
import {
  buildTimeoutMs,
  filesOfConfigMap,
  ownAddress,
  prepareOpenTelemetryCollector,
  startOf,
  startOpenTelemetryCollector,
  type OpenTelemetryCollector,
} from '../fixtures/opentelemetry-collector.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../fixtures/otlp-receiver.ts';
import { expectedPage, underOtlpNames } from './expected-page.ts';
import { asLine, pointsOf, valuesOf, withoutAttributes, type ArrivedPoint } from './otlp-values.ts';

const agentOfDeploy = startOf(
  'node-agent/30_opentelemetry-agent.DaemonSet.yaml',
  'node-agent/20_opentelemetry-agent.ConfigMap.yaml',
);
const [ours] = filesOfConfigMap('node-agent/20_ebs-nvme-collector.ConfigMap.yaml');

/** Instance metadata as the host's network sees it. */
async function serveMetadata(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const answers: Readonly<Record<string, string>> = {
    '/latest/api/token': 'token',
    '/latest/meta-data/instance-id': identityDocument.instanceId,
    '/latest/meta-data/hostname': 'ip-10-0-0-12.eu-central-1.compute.internal',
    '/latest/dynamic/instance-identity/document': JSON.stringify(identityDocument),
  };
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ''];
    response
      .writeHead(answer === undefined ? 404 : 200, { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' })
      .end(answer);
  });
  const { port, close } = await listenOnLoopback(server);
  return { url: `http://127.0.0.1:${port}`, close };
}

/** What the node's own collector could not see, and the host's network could. */
const detected = {
  'cloud.provider': 'aws',
  'cloud.platform': 'aws_ec2',
  'cloud.region': identityDocument.region,
  'cloud.availability_zone': identityDocument.availabilityZone,
  'cloud.account.id': identityDocument.accountId,
  'host.id': identityDocument.instanceId,
  'host.image.id': identityDocument.imageId,
  'host.type': identityDocument.instanceType,
};

describe('an OpenTelemetry Collector on the node, which the collector pushes to', function () {
  this.timeout(60_000);
  const attachedAtMs = Date.now() - 3_600_000;
  let metadata: Awaited<ReturnType<typeof serveMetadata>>;
  let backend: OtlpReceiver;
  /** Gets the same, without an OpenTelemetry Collector between. */
  let direct: OtlpReceiver;
  let agent: OpenTelemetryCollector;
  let deployed: DeployedCollector;

  before(async function () {
    this.timeout(buildTimeoutMs);
    prepareOpenTelemetryCollector();
    metadata = await serveMetadata();
    backend = await startOtlpReceiver();
    direct = await startOtlpReceiver();
    const address = ownAddress();
    agent = await startOpenTelemetryCollector({
      ...agentOfDeploy,
      args: [
        ...(agentOfDeploy.args ?? []),
        // It asks once, of a server in this process, which may stand still.
        '--set=processors.resource_detection.timeout=20s',
        '--set=exporters.otlp_http.retry_on_failure.max_interval=2s',
      ],
      env: {
        NODE_IP: address,
        OTLP_ENDPOINT: backend.url,
        AWS_EC2_METADATA_DISABLED: 'false',
        AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.url,
      },
    });
    deployed = await startDeployedCollector(ours?.text ?? '', attachedAtMs, [
      `exporters.otlphttp.endpoint=http://${address}:4318`,
      'exporters.otlphttp.interval=1s',
      'exporters.otlphttp.retry_on_failure.initial_interval=1s',
      `exporters.otlphttp/direct={endpoint: "${direct.url}", interval: 1s}`,
      'service.pipelines.metrics.exporters=[prometheus, otlphttp, otlphttp/direct]',
    ]);
  });

  after(async () => {
    await deployed?.stop();
    await agent?.stop();
    await backend?.close();
    await direct?.close();
    await metadata?.close();
  });

  const pointsAt = ({ pushes }: OtlpReceiver): readonly ArrivedPoint[] =>
    pointsOf(pushes.flatMap(({ payloads }) => payloads));
  const ofVolumes = (points: readonly ArrivedPoint[]) =>
    points.filter(({ metric }) => /^aws\.(ebs|instance_store)\./.test(metric.name));
  const lastTime = (points: readonly ArrivedPoint[]): bigint =>
    points.reduce((last, { timeNanos }) => (timeNanos > last ? timeNanos : last), 0n);
  /** The points of volumes of the newest reading that arrived. */
  const newest = (): readonly ArrivedPoint[] => {
    const points = ofVolumes(pointsAt(backend));
    const last = lastTime(points);
    return points.filter(({ timeNanos }) => timeNanos === last);
  };
  const laterThan = (nanos: bigint) =>
    eventually(
      'the newest reading that arrived',
      () => lastTime(ofVolumes(pointsAt(backend))),
      (last) => last > nanos,
    );
  const ownerAttributes = /^k8s\./;
  const expected = (pageOf: typeof distinctPage) =>
    Object.fromEntries(underOtlpNames(expectedPage(volumes, pageOf)));
  const arrived = () =>
    Object.fromEntries(
      valuesOf(
        newest()
          .filter(({ metric }) => !metric.name.endsWith('performance_exceeded.ratio'))
          .map((point) => withoutAttributes(point, ownerAttributes)),
      ),
    );

  it('passes on every value that the devices hold', async () => {
    await laterThan(0n);
    expect(arrived()).to.deep.equal(expected(distinctPage));
  });

  it('passes on what they hold next', async () => {
    const next = (number: number) => distinctPage(number + 50);
    for (const number of [1, 2]) await deployed.node.serve(number, next(number));
    const changed = { ...expected(distinctPage), ...expected(next) };
    const ofEbs = (values: Readonly<Record<string, number>>) =>
      Object.fromEntries(Object.entries(values).filter(([name]) => name.startsWith('aws.ebs.')));
    await eventually('what arrived', arrived, (values) =>
      Object.entries(ofEbs(changed)).every(([name, value]) => values[name] === value),
    );
    expect(ofEbs(arrived())).to.deep.equal(ofEbs(changed));
  });

  it('leaves names, units, attributes, scopes, start times and times as they were', async () => {
    const until = lastTime(pointsAt(direct));
    const before = (receiver: OtlpReceiver) =>
      pointsAt(receiver).filter(({ timeNanos }) => timeNanos <= until);
    const sent = before(direct).map((point) => ({ ...point, resource: { ...detected, ...point.resource } }));
    expect(sent.length).to.be.greaterThan(200);
    await eventually(
      'how many points arrived',
      () => before(backend).length,
      (count) => count >= sent.length,
    );
    expect(before(backend).map(asLine).toSorted()).to.deep.equal(sent.map(asLine).toSorted());
  });

  it('leaves whose a volume is, and when it was attached', () => {
    const counters = newest().filter(({ metric }) => metric.type !== 'gauge');
    expect(new Set(counters.map(({ startTimeNanos }) => startTimeNanos))).to.deep.equal(
      new Set([BigInt(attachedAtMs) * 1_000_000n]),
    );
    for (const { attributes } of newest()) {
      const isOwned = attributes['aws.ebs.volume.id'] === ebsId(1);
      expect(attributes['k8s.persistentvolume.name']).to.equal(isOwned ? owner.persistentVolume : undefined);
      expect(attributes['k8s.pod.name']).to.equal(isOwned ? owner.pod.name : undefined);
      expect(attributes['k8s.namespace.name']).to.equal(isOwned ? owner.pod.namespace : undefined);
    }
  });

  it('adds what the host’s network alone sees, and puts nothing in the place of what is there', () => {
    for (const { resource } of newest()) {
      expect(resource).to.deep.include({
        ...detected,
        'service.name': 'ebs-nvme-collector',
        'host.name': nodeName,
        'k8s.node.name': nodeName,
        'k8s.cluster.name': clusterName,
      });
    }
  });

  it('keeps what it took over for as long as the backend is away', async () => {
    backend.answer({ status: 503 });
    const refusedFrom = backend.pushes.length;
    const away = lastTime(pointsAt(direct));
    await eventually(
      'pushes that were refused',
      () => backend.pushes.length,
      (pushes) => pushes > refusedFrom + 1,
    );
    await eventually(
      'readings meanwhile',
      () => lastTime(pointsAt(direct)),
      (last) => last > away + 3_000_000_000n,
    );
    const until = lastTime(pointsAt(direct));
    backend.answer({ accept: true });
    const acceptedFrom = backend.pushes.length;
    const taken = () =>
      pointsOf(backend.pushes.slice(acceptedFrom).flatMap(({ payloads }) => payloads)).map(asLine);
    const missed = ofVolumes(pointsAt(direct))
      .filter(({ timeNanos }) => timeNanos > away && timeNanos <= until)
      .map((point) => asLine({ ...point, resource: { ...detected, ...point.resource } }));
    await eventually(
      'what is still missing',
      () => {
        const lines = new Set(taken());
        return missed.filter((line) => !lines.has(line)).length;
      },
      (missing) => missing === 0,
    );
  });
});
