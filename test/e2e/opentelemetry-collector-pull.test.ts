import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { load } from 'js-yaml';
import {
  clusterName,
  nodeName,
  owner,
  startDeployedCollector,
  volumes,
  type DeployedCollector,
} from '../fixtures/deployed-collector.ts';
import { eventually } from '../fixtures/eventually.ts';
import { distinctPage, ebsId } from '../fixtures/node.ts';
import {
  buildTimeoutMs,
  ownAddress,
  plainFile,
  prepareOpenTelemetryCollector,
  startOf,
  startOpenTelemetryCollector,
  type ConfigurationFile,
  type OpenTelemetryCollector,
} from '../fixtures/opentelemetry-collector.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../fixtures/otlp-receiver.ts';
import { servePods, type PodList } from '../fixtures/pod-list.ts';
import { expectedPage } from './expected-page.ts';
import { pointsOf, valuesOf, withoutAttributes, type ArrivedPoint } from './otlp-values.ts';

const root = join(import.meta.dirname, '../..');
const { data } = load(readFileSync(join(root, 'deploy/20_ebs-nvme-collector.ConfigMap.yaml'), 'utf8')) as {
  readonly data: Readonly<Record<string, string>>;
};

/** The pod of the DaemonSet, on loopback. */
const podAt = (port: number): object => ({
  metadata: {
    name: 'ebs-nvme-collector-x7k2p',
    namespace: 'ebs-nvme-collector',
    uid: '0b5e0b6e-0000-4000-8000-000000000000',
    labels: { 'app.kubernetes.io/name': 'ebs-nvme-collector' },
    ownerReferences: [
      { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'ebs-nvme-collector', uid: '7', controller: true },
    ],
  },
  spec: {
    nodeName,
    containers: [
      { name: 'reader', image: 'ebs-nvme-collector' },
      {
        name: 'collector',
        image: 'ebs-nvme-collector',
        ports: [{ name: 'metrics', containerPort: port, protocol: 'TCP' }],
      },
    ],
  },
  status: { podIP: '127.0.0.1', phase: 'Running' },
});

/** The shipped configuration, in a hurry. */
function hurried({ name, text }: ConfigurationFile, changes: readonly (readonly [string, string])[] = []) {
  const all = [
    ['scrape_interval: 30s', 'scrape_interval: 1s'],
    ['scrape_timeout: 10s', 'scrape_timeout: 1s'],
  ];
  return {
    name,
    text: [...all, ...changes].reduce((changed, [from = '', to = '']) => {
      if (!changed.includes(from)) throw new Error(`${name} has no ${from}`);
      return changed.replace(from, to);
    }, text),
  };
}

describe('an OpenTelemetry Collector that scrapes the collector', function () {
  this.timeout(60_000);
  const attachedAtMs = Date.now() - 3_600_000;
  let deployed: DeployedCollector;
  let port: number;

  before(async function () {
    this.timeout(buildTimeoutMs);
    prepareOpenTelemetryCollector();
    deployed = await startDeployedCollector(data['collector.yaml'] ?? '', attachedAtMs, [
      'exporters.prometheus.naming=[ebs, otel]',
    ]);
    port = Number(new URL(deployed.collector.url).port);
  });

  after(() => deployed?.stop());

  const ofVolumes = (points: readonly ArrivedPoint[]) =>
    points.filter(
      ({ metric }) =>
        /^(aws|ebs)_/.test(metric.name) && !/^ebs_collector_|_percent$|_check$|_ratio$/.test(metric.name),
    );
  const ownersLabels =
    /^(k8s_)?(namespace|pod|persistentvolume|namespace_name|pod_name|persistentvolume_name)$/;
  const expected = new Map(
    [...expectedPage(volumes, distinctPage)].filter(
      ([name]) => !/^aws_(ebs|ec2_instance_store)_csi_/.test(name),
    ),
  );
  const valuesAt = (receiver: OtlpReceiver) =>
    valuesOf(ofVolumes(pointsAt(receiver)).map((point) => withoutAttributes(point, ownersLabels)));
  const pointsAt = ({ pushes }: OtlpReceiver) => pointsOf(pushes.flatMap(({ payloads }) => payloads));

  function itScrapes(receiver: () => OtlpReceiver, instance: () => string): void {
    it('passes on every value that the devices hold, under the names of the page', async () => {
      const arrived = await eventually(
        'what arrived',
        () => valuesAt(receiver()),
        ({ size }) => size >= expected.size,
      );
      expect(Object.fromEntries(arrived)).to.deep.equal(Object.fromEntries(expected));
    });

    it('leaves whose a volume is, as labels', () => {
      const reads = pointsAt(receiver()).filter(({ metric }) => metric.name === 'ebs_total_read_ops_total');
      const owned = reads.find(({ attributes }) => attributes['volume_id'] === ebsId(1));
      expect(owned?.attributes).to.deep.equal({
        cluster_id: clusterName,
        node: nodeName,
        device: 'nvme1n1',
        volume_id: ebsId(1),
        namespace: owner.pod.namespace,
        persistentvolume: owner.persistentVolume,
        pod: owner.pod.name,
      });
    });

    it('leaves when counters and histograms started, to the microsecond that a number on the page has', () => {
      const counters = ofVolumes(pointsAt(receiver())).filter(({ metric }) => metric.type !== 'gauge');
      expect(counters.length).to.be.greaterThan(40);
      for (const { startTimeNanos, metric } of counters) {
        const offNanos = startTimeNanos - BigInt(attachedAtMs) * 1_000_000n;
        expect(Number(offNanos), metric.name).to.be.within(-1_000, 1_000);
        expect(metric.temporality).to.equal('cumulative');
      }
    });

    it('leaves units and descriptions', () => {
      const metrics = new Map(pointsAt(receiver()).map(({ metric }) => [metric.name, metric]));
      expect(metrics.get('ebs_total_read_bytes_total')).to.include({ unit: 'By', monotonic: true });
      expect(metrics.get('aws_ebs_volume_operation_duration_seconds')).to.include({
        unit: 's',
        type: 'histogram',
        description: 'Latency of completed operations; the sum is the operation time.',
      });
    });

    it('makes of the resource what target_info says of it', () => {
      for (const { resource } of pointsAt(receiver())) {
        expect(resource).to.include({
          'service.name': 'ebs-nvme-collector',
          'service.instance.id': instance(),
          host_name: nodeName,
          k8s_node_name: nodeName,
          k8s_cluster_name: clusterName,
        });
      }
    });
  }

  describe('on all nodes of a cluster', () => {
    let backend: OtlpReceiver;
    let pods: PodList;
    let scraper: OpenTelemetryCollector;

    before(async () => {
      backend = await startOtlpReceiver();
      pods = await servePods([podAt(port)]);
      const { files, args = [] } = startOf(
        'scraper/30_opentelemetry-scraper.Deployment.yaml',
        'scraper/20_opentelemetry-scraper.ConfigMap.yaml',
      );
      // In a cluster its service account says where the API server is.
      const api = [['- role: pod\n', `- role: pod\n              api_server: ${pods.url}\n`]] as const;
      scraper = await startOpenTelemetryCollector({
        files: files.map((file) => hurried(file, api)),
        args,
        env: { POD_IP: ownAddress(), NAMESPACE: 'ebs-nvme-collector', OTLP_ENDPOINT: backend.url },
      });
    });

    after(async () => {
      await scraper?.stop();
      await pods?.close();
      await backend?.close();
    });

    itScrapes(
      () => backend,
      () => nodeName,
    );

    it('asks for the pods of the DaemonSet in its namespace, and nothing else', () => {
      for (const { pathname, searchParams } of pods.requests) {
        expect(pathname).to.equal('/api/v1/namespaces/ebs-nvme-collector/pods');
        expect(searchParams.get('labelSelector')).to.equal('app.kubernetes.io/name=ebs-nvme-collector');
      }
      expect(pods.requests.length).to.be.greaterThan(0);
    });

    it('takes off the collector’s own pod, which is not the volume’s and does not last', () => {
      for (const { resource } of pointsAt(backend)) {
        expect(Object.keys(resource).filter((name) => name.startsWith('k8s.'))).to.deep.equal([
          'k8s.node.name',
        ]);
      }
    });
  });

  describe('on its own machine, beside what it does there', () => {
    let backend: OtlpReceiver;
    let machine: OpenTelemetryCollector;

    before(async () => {
      backend = await startOtlpReceiver();
      const configuration = {
        receivers: { otlp: { protocols: { http: { endpoint: `${ownAddress()}:4318` } } } },
        exporters: { otlp_http: { endpoint: backend.url } },
        service: {
          pipelines: { metrics: { receivers: ['otlp'], exporters: ['otlp_http'] } },
          telemetry: { metrics: { level: 'none' }, logs: { encoding: 'json' } },
        },
      };
      machine = await startOpenTelemetryCollector({
        files: [
          // What else the machine's Collector does. JSON is YAML.
          { name: 'config.yaml', text: JSON.stringify(configuration) },
          hurried(plainFile('machine/scrape.yaml')),
        ],
        env: { EBS_ENDPOINT: `127.0.0.1:${port}`, HOSTNAME: 'web-7', OTLP_ENDPOINT: backend.url },
      });
    });

    after(async () => {
      await machine?.stop();
      await backend?.close();
    });

    itScrapes(
      () => backend,
      () => 'web-7',
    );
  });
});
