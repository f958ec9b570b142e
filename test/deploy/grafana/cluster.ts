import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Collector, startCollector } from '../../fixtures/collector.ts';
import { startImds } from '../../fixtures/imds.ts';
import { startOtlpReceiver } from '../../fixtures/otlp-receiver.ts';
import { type PrometheusServer, runPrometheus } from '../../fixtures/prometheus-server.ts';
import { type Labels, serveNode } from './node-double.ts';

/**
 * A Prometheus with what dashboards are for: a node of a cluster whose volumes have owners, a host that knows neither cluster
 * nor owner, a node double for the rest, and a target that is down.
 */
export interface Cluster {
  readonly prometheus: PrometheusServer;
  stop(): Promise<void>;
}

/** On both machines there are volumes of this name: as one that is attached twice. */
export const volumeId = 'vol-simulated00000001';
export const instanceStoreSerial = 'AWSSIMULATED00000004';

export const ownedVolume: Labels = {
  cluster_id: 'production',
  node: 'ip-10-0-0-7.ec2.internal',
  device: 'nvme1n1',
  volume_id: volumeId,
  namespace: 'shop',
  persistentvolumeclaim: volumeId,
  persistentvolume: 'pvc-1',
};
/** Without the Kubernetes API the kubelet's files say what it is, and not whose. */
export const ownerlessVolume: Labels = {
  node: 'host-b',
  device: 'nvme1n1',
  volume_id: volumeId,
  persistentvolume: 'pvc-2',
};

/** The owner of a simulated volume: what the processor `kubernetes` finds for a real one. */
const configuration = (backend: string): string => `
receivers: { nvme: { simulate: 8, min_interval: 500ms, collection_interval: 1s } }
processors:
  attributes/owner:
    actions:
      - { key: k8s.namespace.name, action: insert, value: shop }
      - { key: k8s.persistentvolumeclaim.name, action: insert, from_attribute: aws.ebs.volume.id }
      - { key: k8s.persistentvolume.name, action: insert, value: pvc-1 }
exporters:
  prometheus: { endpoint: "127.0.0.1:0" }
  otlphttp/works: { endpoint: "${backend}" }
  otlphttp/slow: { endpoint: "${backend}/slow", timeout: 5s, interval: 100ms }
  otlphttp/away: { endpoint: "http://127.0.0.1:9", timeout: 300ms }
service:
  pipelines:
    metrics:
      receivers: [nvme]
      processors: [attributes/owner]
      exporters: [prometheus, otlphttp/works, otlphttp/slow, otlphttp/away]
`;

const targetOf = (address: unknown): string => String(address).replace('http://', '');

/** Exporters take their time to stop, and listen anew: gives where. */
async function reload(collector: Collector): Promise<string> {
  const from = collector.logs.length;
  collector.signal('SIGHUP');
  await collector.logged('the configuration was reloaded', from);
  const { address } = await collector.logged('listening', from);
  return targetOf(address);
}

/** What is no HTTP is turned away, and counted. */
async function knock(target: string): Promise<void> {
  const { hostname, port } = new URL(`http://${target}`);
  const socket = connect(Number(port), hostname, () => socket.end('knock, knock\r\n\r\n'));
  socket.resume();
  await once(socket, 'close');
}

export async function startCluster(): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'ebs-nvme-collector-dashboards-'));
  const stops: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true })];
  const stop = async (): Promise<void> => {
    for (const each of stops.toReversed()) await each();
  };
  try {
    const backend = await startOtlpReceiver();
    stops.push(() => backend.close());
    backend.answer({ accept: true, delayMs: 250 });
    const imds = await startImds();
    stops.push(() => imds.close());

    const file = join(folder, 'owned.yaml');
    writeFileSync(file, configuration(backend.url));
    const owned = await startCollector(['--config', file], {
      AWS_EC2_METADATA_DISABLED: 'false',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.endpoint.href,
      OTEL_RESOURCE_ATTRIBUTES: 'k8s.cluster.name=production,k8s.node.name=ip-10-0-0-7.ec2.internal',
    });
    stops.push(() => owned.stop());
    const ownerless = await startCollector(['--simulate', '8'], {
      OTEL_RESOURCE_ATTRIBUTES: 'host.name=host-b',
    });
    stops.push(() => ownerless.stop());
    const double = await serveNode([ownedVolume, ownerlessVolume]);
    stops.push(() => double.close());

    const reloaded = await reload(owned);
    await knock(reloaded);
    const targets = [reloaded, targetOf(ownerless.url), double.target, '127.0.0.1:9'];
    const prometheus = await runPrometheus(
      `scrape_configs: [{ job_name: ebs, static_configs: [{ targets: ${JSON.stringify(targets)} }] }]\n`,
    );
    stops.push(() => prometheus.stop());

    await prometheus.eventually('count(up == 1)', ([up]) => up?.value === 3);
    return { prometheus, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
