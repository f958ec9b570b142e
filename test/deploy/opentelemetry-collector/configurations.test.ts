import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  buildTimeoutMs,
  plainFile,
  prepareOpenTelemetryCollector,
  startOf,
  validate,
  type Start,
} from '../../fixtures/opentelemetry-collector.ts';
import { root } from '../kubernetes/manifests.ts';

const toGateway = (destination: string): Pick<Start, 'files' | 'args'> =>
  startOf(
    'gateway/30_opentelemetry-gateway.Deployment.yaml',
    'gateway/20_opentelemetry-gateway.ConfigMap.yaml',
    `${destination}/20_opentelemetry-gateway-destination.ConfigMap.yaml`,
  );

const pod = { POD_IP: '127.0.0.1' };
const grafanaCloud = {
  ...pod,
  GRAFANA_CLOUD_OTLP_ENDPOINT: 'https://otlp.example.com/otlp',
  GRAFANA_CLOUD_INSTANCE_ID: '123456',
  GRAFANA_CLOUD_API_KEY: 'glc_key',
};
const amazon = {
  ...pod,
  AMP_REMOTE_WRITE_ENDPOINT: 'https://amp.example.com/workspaces/ws-1/api/v1/remote_write',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
};

/** As they are started, by the folder that they are in. */
const starts: Readonly<Record<string, Start>> = {
  'node-agent': {
    ...startOf(
      'node-agent/30_opentelemetry-agent.DaemonSet.yaml',
      'node-agent/20_opentelemetry-agent.ConfigMap.yaml',
    ),
    env: { NODE_IP: '127.0.0.1' },
  },
  'grafana-cloud': { ...toGateway('grafana-cloud'), env: grafanaCloud },
  datadog: { ...toGateway('datadog'), env: { ...pod, DD_API_KEY: 'a'.repeat(32) } },
  'amazon-managed-prometheus': { ...toGateway('amazon-managed-prometheus'), env: amazon },
  scraper: {
    ...startOf(
      'scraper/30_opentelemetry-scraper.Deployment.yaml',
      'scraper/20_opentelemetry-scraper.ConfigMap.yaml',
    ),
    env: { ...pod, NAMESPACE: 'ebs-nvme-collector' },
  },
  machine: { files: [plainFile('machine/scrape.yaml')], env: { OTLP_ENDPOINT: 'https://otlp.example.com' } },
};

describe('a configuration of the OpenTelemetry Collector', function () {
  this.timeout(60_000);

  before(function () {
    this.timeout(buildTimeoutMs);
    prepareOpenTelemetryCollector();
  });

  for (const [folder, start] of Object.entries(starts)) {
    it(`is valid: ${folder}`, () => {
      const { code, stderr } = validate(start);
      expect(stderr).to.equal('');
      expect(code).to.equal(0);
    });
  }

  it('is one of these', () => {
    const folders = readdirSync(join(root, 'deploy/opentelemetry-collector'));
    expect([...Object.keys(starts), 'gateway']).to.have.members(folders);
  });

  const needed: readonly (readonly [string, string, RegExp])[] = [
    ['grafana-cloud', 'GRAFANA_CLOUD_OTLP_ENDPOINT', /otlp_http: at least one endpoint must be specified/],
    ['datadog', 'DD_API_KEY', /datadog: api\.key is not set/],
    [
      'amazon-managed-prometheus',
      'AMP_REMOTE_WRITE_ENDPOINT',
      /"prometheus_remote_write" exporter.*invalid endpoint/,
    ],
    ['machine', 'OTLP_ENDPOINT', /otlp_http\/ebs: at least one endpoint must be specified/],
  ];
  for (const [folder, name, message] of needed) {
    it(`does not start without ${name}: ${folder}`, () => {
      const { files, args = [], env } = starts[folder] ?? { files: [], env: {} };
      const { code, stderr } = validate({ files, args, env: { ...env, [name]: undefined } });
      expect(stderr).to.match(message);
      expect(code).to.equal(1);
    });
  }

  it('would not pass with a key that is misspelt', () => {
    const { files, args = [], env } = starts['node-agent'] ?? { files: [], env: {} };
    const misspelt = files.map(({ name, text }) => ({
      name,
      text: text.replace('queue_size:', 'queue_sise:'),
    }));
    const { code, stderr } = validate({ files: misspelt, args, env });
    expect(stderr).to.include('queue_sise');
    expect(code).to.equal(1);
  });
});
