import { createServer, request as send } from 'node:http';
import { expect } from 'chai';
import { startDatadogIntake, type DatadogIntake, type DatadogPoint } from '../fixtures/datadog-intake.ts';
import {
  clusterName,
  nodeName,
  startDeployedCollector,
  volumes,
  type DeployedCollector,
} from '../fixtures/deployed-collector.ts';
import { eventually } from '../fixtures/eventually.ts';
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
  type Start,
} from '../fixtures/opentelemetry-collector.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../fixtures/otlp-receiver.ts';
import type { Sample } from '../fixtures/prometheus-api.ts';
import {
  installTimeoutMs,
  startVictoriaMetrics,
  type VictoriaMetrics,
} from '../fixtures/victoria-metrics.ts';
import { expectedPage, goFloat, key, underOtlpNames } from './expected-page.ts';
import { asLine, pointsOf, valuesOf, withoutAttributes } from './otlp-values.ts';

type Destination = 'grafana-cloud' | 'datadog' | 'amazon-managed-prometheus';

const gatewayFor = (destination: Destination): Pick<Start, 'files' | 'args'> =>
  startOf(
    'gateway/30_opentelemetry-gateway.Deployment.yaml',
    'gateway/20_opentelemetry-gateway.ConfigMap.yaml',
    `${destination}/20_opentelemetry-gateway-destination.ConfigMap.yaml`,
  );
const configurationIn = (folder: string): string =>
  filesOfConfigMap(`${folder}/20_ebs-nvme-collector.ConfigMap.yaml`)[0]?.text ?? '';

const ownersAttributes = /^k8s\.(persistentvolume|pod|namespace)/;

describe('an OpenTelemetry Collector as a gateway', function () {
  this.timeout(60_000);
  const attachedAtMs = Date.now() - 3_600_000;
  let stops: (() => unknown)[];
  let deployed: DeployedCollector;

  before(function () {
    this.timeout(buildTimeoutMs);
    prepareOpenTelemetryCollector();
  });

  beforeEach(() => {
    stops = [];
  });

  afterEach(async () => {
    for (const stop of stops.toReversed()) await stop();
  });

  const started = <T extends { stop(): unknown } | { close(): unknown }>(part: T): T => {
    stops.push(() => ('stop' in part ? part.stop() : part.close()));
    return part;
  };

  /** The gateway on an address of its own, and a node that pushes to it. */
  async function start(
    destination: Destination,
    env: NodeJS.ProcessEnv,
    configuration: string,
    more: { readonly args?: readonly string[]; readonly settings?: readonly string[] } = {},
  ): Promise<OpenTelemetryCollector> {
    const address = ownAddress();
    const { files, args = [] } = gatewayFor(destination);
    const gateway = started(
      await startOpenTelemetryCollector({
        files,
        args: [...args, ...(more.args ?? [])],
        env: { POD_IP: address, ...env },
      }),
    );
    deployed = started(
      await startDeployedCollector(configuration, attachedAtMs, [
        `exporters.otlphttp.endpoint=http://${address}:4318`,
        'exporters.otlphttp.interval=1s',
        'exporters.otlphttp.retry_on_failure.initial_interval=1s',
        ...(more.settings ?? []),
      ]),
    );
    return gateway;
  }

  describe('for Grafana Cloud', () => {
    const credentials = { GRAFANA_CLOUD_INSTANCE_ID: '123456', GRAFANA_CLOUD_API_KEY: 'glc_key' };
    let backend: OtlpReceiver;

    beforeEach(async () => {
      backend = started(await startOtlpReceiver());
    });

    const environment = () => ({ ...credentials, GRAFANA_CLOUD_OTLP_ENDPOINT: `${backend.url}/otlp` });
    const points = () => pointsOf(backend.pushes.flatMap(({ payloads }) => payloads));

    it('passes on every value that the devices hold, with credentials of its environment', async () => {
      await start('grafana-cloud', environment(), configurationIn('gateway'));
      const { path, headers } = await backend.push(1);
      expect(path).to.equal('/otlp/v1/metrics');
      expect(headers.authorization).to.equal(`Basic ${Buffer.from('123456:glc_key').toString('base64')}`);

      const expected = underOtlpNames(expectedPage(volumes, distinctPage));
      const arrived = await eventually(
        'what arrived',
        () =>
          valuesOf(
            points()
              .filter(
                ({ metric }) => metric.name.startsWith('aws.') && !metric.name.endsWith('exceeded.ratio'),
              )
              .map((point) => withoutAttributes(point, ownersAttributes)),
          ),
        ({ size }) => size >= expected.size,
      );
      expect(Object.fromEntries(arrived)).to.deep.equal(Object.fromEntries(expected));
    });

    it('refuses what its queue has no place for, which then waits on the node', async () => {
      backend.answer({ status: 503 });
      const direct = started(await startOtlpReceiver());
      await start('grafana-cloud', environment(), configurationIn('gateway'), {
        args: [
          '--set=exporters.otlp_http.retry_on_failure.max_interval=2s',
          '--set=exporters.otlp_http.sending_queue.queue_size=300',
          '--set=exporters.otlp_http.sending_queue.batch.min_size=200',
          '--set=exporters.otlp_http.sending_queue.batch.max_size=200',
        ],
        settings: [
          `exporters.otlphttp/direct={endpoint: "${direct.url}", interval: 1s}`,
          'service.pipelines.metrics.exporters=[prometheus, otlphttp, otlphttp/direct]',
        ],
      });
      // The gateway's own answer, when its queue is full.
      const refused = await deployed.collector.logged(/^push (failed|refused)/);
      expect(refused.msg).to.equal('push failed: HTTP 503 Service Unavailable: sending queue is full');
      const sent = () => pointsOf(direct.pushes.flatMap(({ payloads }) => payloads));
      backend.answer({ accept: true });
      const from = backend.pushes.length;
      const all = sent().map(asLine);
      await eventually(
        'how many points are missing',
        () => {
          const arrived = new Set(
            pointsOf(backend.pushes.slice(from).flatMap(({ payloads }) => payloads)).map(asLine),
          );
          return all.filter((line) => !arrived.has(line)).length;
        },
        (missing) => missing === 0,
      );
    });
  });

  describe('for Amazon Managed Prometheus', function () {
    let store: VictoriaMetrics;
    let authorizations: string[];
    let endpoint: string;

    beforeEach(async function () {
      this.timeout(installTimeoutMs);
      store = started(await startVictoriaMetrics());
      authorizations = [];
      const writeUrl = store.otlpUrl.replace('/opentelemetry/v1/metrics', '/api/v1/write');
      // It says who asks, and hands on to what takes remote write.
      const front = createServer((request, response) => {
        authorizations.push(String(request.headers.authorization));
        const { authorization: _checked, host: _host, ...headers } = request.headers;
        const onward = send(writeUrl, { method: 'POST', headers }, (answer) => {
          response.writeHead(answer.statusCode ?? 500);
          answer.pipe(response);
        });
        // Whoever gives up asks again.
        onward.on('error', () => response.destroy());
        response.once('close', () => onward.destroy());
        request.pipe(onward);
      });
      const { port } = started(await listenOnLoopback(front));
      endpoint = `http://127.0.0.1:${port}/api/v1/remote_write`;
    });

    const onPoint = /^(aws_|disk_|system_|le$)/;
    const seriesOf = ({ labels, value }: Sample): readonly [string, number] => {
      const pairs = Object.entries(labels).filter(([label]) => onPoint.test(label));
      return [
        key(
          labels['__name__'] ?? '',
          pairs.map(([label, text]) => [label, label === 'le' ? goFloat(text) : text]),
        ),
        value,
      ];
    };

    it('writes every value that the devices hold, signed, with the node and the cluster on each series', async () => {
      await start(
        'amazon-managed-prometheus',
        {
          AMP_REMOTE_WRITE_ENDPOINT: endpoint,
          AWS_REGION: 'eu-central-1',
          AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
          AWS_SECRET_ACCESS_KEY: 'secret',
        },
        configurationIn('gateway'),
      );
      const expected = new Map(
        [...expectedPage(volumes, distinctPage)].filter(([name]) =>
          /^aws_(ebs|instance_store)_volume_/.test(name),
        ),
      );
      const stored = await eventually(
        'what was written',
        () => store.queryNow('{__name__=~"aws_.*",__name__!~".*_exceeded_ratio"}'),
        ({ length }) => length >= expected.size,
      );
      expect(Object.fromEntries(stored.map(seriesOf))).to.deep.equal(Object.fromEntries(expected));
      for (const { labels } of stored) {
        expect(labels).to.include({
          job: 'ebs-nvme-collector',
          instance: nodeName,
          k8s_node_name: nodeName,
          k8s_cluster_name: clusterName,
        });
      }
      expect(authorizations[0]).to.match(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/aps\/aws4_request, /,
      );
    });
  });

  describe('for Datadog', () => {
    let intake: DatadogIntake;

    beforeEach(async () => {
      intake = started(await startDatadogIntake());
    });

    const reads = ({ metric, tags }: DatadogPoint, name: string): boolean =>
      metric === name &&
      tags.includes(`aws.ebs.volume.id:${ebsId(1)}`) &&
      tags.includes('disk.io.direction:read');
    const sum = (points: readonly DatadogPoint[], name: string): number =>
      points.filter((point) => reads(point, name)).reduce((total, { value }) => total + value, 0);

    it('counts what was added, once, as the nodes say it', async () => {
      await start(
        'datadog',
        // Its exporter goes by the proxy even to loopback.
        { DD_API_KEY: 'a'.repeat(32), DD_SITE: '127.0.0.1', NO_PROXY: new URL(intake.url).host },
        configurationIn('datadog'),
        {
          args: [`--set=exporters.datadog.metrics.endpoint=${intake.url}`],
        },
      );
      await eventually(
        'hosts of gauges',
        () => intake.gauges.filter(({ metric }) => metric === 'aws.ebs.volume.queue_length'),
        (gauges) => gauges.some(({ host }) => host === `${nodeName}-${clusterName}`),
      );
      // Each bin holds 100 more, each time.
      for (const times of [1, 2]) {
        await deployed.node.serve(1, distinctPage(1 + times));
        await eventually(
          'reads that were counted, and those of which the latency is known',
          () => [
            sum(intake.counts, 'aws.ebs.volume.operations'),
            sum(intake.distributions, 'aws.ebs.volume.operation.duration'),
          ],
          ([counted, known]) => counted === times * 1_000_000 && known === times * 28 * 100,
        );
      }
      expect(intake.keys).to.deep.equal(new Set(['a'.repeat(32)]));
    });
  });
});
