import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { load } from 'js-yaml';
import { textOf } from '../architecture/source-tree.ts';
import { runCommand, startCollector } from '../fixtures/collector.ts';
import { eventually } from '../fixtures/eventually.ts';
import { startOtlpReceiver, type ReceivedPush } from '../fixtures/otlp-receiver.ts';
import { metricsIn, type OtlpMetric } from '../fixtures/otlp/decoder.ts';

/** What docs/guides/backends.md tells people to write, validated as it stands there, and run against a backend of ours. */

const document = textOf('docs/guides/backends.md');
const blocks = (language: string): readonly string[] =>
  [...document.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, block = '']) => block,
  );

interface Pipeline {
  readonly receivers: readonly string[];
  readonly processors?: readonly string[];
  readonly exporters: readonly string[];
}
type Settings = Readonly<Record<string, unknown>>;
interface Configuration {
  readonly receivers: Readonly<Record<string, Settings>>;
  readonly processors?: Readonly<Record<string, Settings>>;
  readonly exporters: Readonly<Record<string, Settings>>;
  readonly service: { readonly pipelines: Readonly<Record<string, Pipeline>> };
}

const wholes = blocks('yaml').filter((block) => block.startsWith('# collector.yaml\n'));
const [first = '', last = ''] = wholes;
const whole = load(first) as Configuration;
const grafana = 'otlphttp/grafana';

/** With another exporter in the place of Grafana's. */
function inItsPlace(fragment: string): Configuration {
  const { exporters } = load(fragment) as Pick<Configuration, 'exporters'>;
  const { [grafana]: _removed, ...others } = whole.exporters;
  const { metrics } = whole.service.pipelines;
  if (metrics === undefined) throw new Error('there is no pipeline metrics');
  const pipeline = { ...metrics, exporters: [...Object.keys(others), ...Object.keys(exporters)] };
  return {
    ...whole,
    exporters: { ...others, ...exporters },
    service: { ...whole.service, pipelines: { metrics: pipeline } },
  };
}

const fragments = blocks('yaml').filter((block) => block.startsWith('exporters:\n'));
// JSON is YAML.
const texts = [...wholes, ...fragments.map((fragment) => JSON.stringify(inItsPlace(fragment)))];

interface Backend {
  readonly exporter: string;
  readonly text: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly temporality: 'cumulative' | 'delta';
}

const textWith = (exporter: string): string => texts.find((text) => text.includes(exporter)) ?? '';
const tags = '{"resource_attributes_as_tags": true, "histograms": {"mode": "distributions"}}';
const path = '/v1/metrics';
const backends: readonly Backend[] = [
  {
    exporter: grafana,
    text: first,
    path: `/otlp${path}`,
    headers: { authorization: 'Basic GRAFANA_CLOUD_BASIC' },
    temporality: 'cumulative',
  },
  {
    exporter: 'otlphttp/datadog',
    text: textWith('otlphttp/datadog'),
    path,
    headers: { 'dd-api-key': 'DATADOG_API_KEY', 'dd-otel-metric-config': tags },
    temporality: 'delta',
  },
  {
    exporter: 'otlphttp/newrelic',
    text: textWith('otlphttp/newrelic'),
    path,
    headers: { 'api-key': 'NEW_RELIC_LICENSE_KEY' },
    temporality: 'delta',
  },
  {
    exporter: 'otlphttp/cloudwatch_agent',
    text: last,
    path,
    headers: {},
    temporality: 'cumulative',
  },
  {
    exporter: 'otlphttp/cloudwatch',
    text: textWith('otlphttp/cloudwatch"'),
    path,
    headers: { authorization: 'Bearer CLOUDWATCH_API_KEY' },
    temporality: 'cumulative',
  },
];

/** Each variable is its own name. */
const env = Object.fromEntries(
  [...document.matchAll(/\$\{env:(\w+)\}/g)].map(([, name = '']) => [name, name]),
);

const metricsOf = (pushes: readonly ReceivedPush[]): readonly OtlpMetric[] =>
  pushes.flatMap(({ payloads }) => metricsIn(payloads));
const countOf = (push: ReceivedPush): number =>
  metricsOf([push]).reduce((count, { points }) => count + points.length, 0);

describe('the guide to backends', function () {
  this.timeout(60_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ebs-nvme-collector-backends-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const written = (text: string): string => {
    const file = join(folder, 'collector.yaml');
    writeFileSync(file, text);
    return file;
  };

  /** What a backend of ours gets from simulated volumes, every second. */
  async function pushesTo(
    { exporter, text }: Backend,
    volumes: number,
    until: (pushes: readonly ReceivedPush[]) => boolean,
  ): Promise<readonly ReceivedPush[]> {
    const backend = await startOtlpReceiver();
    const { exporters, processors = {} } = load(text) as Configuration;
    const { endpoint, metrics_endpoint } = exporters[exporter] ?? {};
    const key = endpoint === undefined ? 'metrics_endpoint' : 'endpoint';
    const settings = {
      'receivers.nvme.simulate': volumes,
      'receivers.nvme.collection_interval': '1s',
      'exporters.prometheus.endpoint': '127.0.0.1:0',
      [`exporters.${exporter}.${key}`]: String(endpoint ?? metrics_endpoint).replace(
        /^https?:\/\/[^/]+/,
        backend.url,
      ),
      ...('kubernetes' in processors ? { 'processors.kubernetes.api.enabled': false } : {}),
    };
    const sets = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    const collector = await startCollector(['--config', written(text), ...sets], env);
    try {
      return await eventually('what was pushed', () => [...backend.pushes], until);
    } finally {
      await collector.stop();
      await backend.close();
    }
  }

  it('has a configuration for each backend that is sent to', () => {
    expect(wholes).to.have.length(2);
    expect(wholes.length + fragments.length).to.equal(backends.length + 1);
    const anchors = [...document.matchAll(/^\| \[([^\]]+)\]\(#/gm)].map(([, name]) => name);
    const headings = [...document.matchAll(/^## (.*)$/gm)].map(([, name]) => name);
    expect(headings).to.deep.equal(['The whole', ...anchors]);
  });

  for (const text of texts) {
    const names = Object.keys((load(text) as Configuration).exporters).join(' and ');
    it(`is right to the last key: ${names}`, async () => {
      const { code, stderr } = await runCommand(['validate', '--config', written(text)], { env });
      expect(stderr).to.equal('');
      expect(code).to.equal(0);
    });
  }

  for (const backend of backends) {
    it(`pushes as the backend wants it: ${backend.exporter}`, async () => {
      const pushes = await pushesTo(backend, 2, (received) =>
        metricsOf(received).some(({ name }) => name === 'aws.ebs.volume.performance_exceeded.time'),
      );
      for (const push of pushes) {
        expect(push.path).to.equal(backend.path);
        expect(push.headers).to.include({ ...backend.headers, 'content-encoding': 'gzip' });
      }
      const totals = metricsOf(pushes).filter(
        ({ type, monotonic }) => type === 'histogram' || monotonic === true,
      );
      expect(new Set(totals.map(({ temporality }) => temporality))).to.deep.equal(
        new Set([backend.temporality]),
      );
    });
  }

  it('keeps requests as small as CloudWatch takes them, with as many volumes as an instance can have', async () => {
    const backend = backends.find(({ exporter }) => exporter === 'otlphttp/cloudwatch');
    if (backend === undefined) throw new Error('it is not there');
    const all = (pushes: readonly ReceivedPush[]) =>
      pushes.reduce((count, push) => count + countOf(push), 0) > 128 * 18;
    const pushes = await pushesTo(backend, 128, all);
    for (const push of pushes) {
      expect(countOf(push)).to.be.at.most(1000);
      expect(push.sizeBytes).to.be.at.most(1_000_000);
    }
  });

  it('sends alarms nothing but what they need', async () => {
    const [, , , agent] = backends;
    if (agent === undefined) throw new Error('it is not there');
    const pushes = await pushesTo(agent, 3, (received) => received.length > 1);
    expect(new Set(metricsOf(pushes).map(({ name }) => name))).to.deep.equal(
      new Set(['aws.ebs.volume.performance_exceeded.time', 'aws.ebs.volume.queue_length']),
    );
  });

  it('has a Prometheus that promtool finds right', () => {
    const found = blocks('yaml').filter((block) => block.startsWith('# prometheus.yml\n'));
    expect(found).to.have.length(1);
    for (const text of found) {
      const { stdout, stderr } = spawnSync('promtool', ['check', 'config', written(text)], {
        encoding: 'utf8',
      });
      expect(stderr).to.equal('');
      expect(stdout).to.include('is valid prometheus config file syntax');
    }
  });

  it('has a configuration of CloudWatch’s agent that is JSON', () => {
    const [json = ''] = blocks('json');
    const { host } = new URL(
      String((load(last) as Configuration).exporters['otlphttp/cloudwatch_agent']?.['endpoint']),
    );
    expect(JSON.parse(json)).to.deep.equal({
      opentelemetry: { collect: { otlp: { http_endpoint: host } } },
    });
  });
});
