import { expect } from 'chai';
import { loaded, otlp, problems, receiver } from './loading.ts';

describe('the command line', () => {
  it('overrides the file, the last one wins', async () => {
    const config = await receiver({
      text: 'receivers: {nvme: {min_interval: 2s}}',
      sets: [
        'receivers.nvme.min_interval=3s',
        'receivers.nvme.min_interval=4s',
        'receivers.nvme.devices.include=[a, b]',
      ],
    });
    expect(config).to.deep.include({ min_interval: 4000, devices: { include: ['a', 'b'], exclude: [] } });
  });

  it('takes nothing for the default', async () => {
    const options = { text: 'receivers: {nvme: {min_interval: 2s}}', sets: ['receivers.nvme.min_interval='] };
    expect((await receiver(options)).min_interval).to.equal(1000);
  });

  it('adds components to a pipeline that nobody wrote', async () => {
    const { config } = await loaded({ sets: ['exporters.otlphttp.endpoint=http://localhost:4318'] });
    expect(config.service.pipelines.get('metrics')?.exporters).to.deep.equal(['prometheus', 'otlphttp']);
  });

  it('changes one list of that pipeline, and leaves the others', async () => {
    const { config } = await loaded({
      sets: ['exporters.otlphttp.endpoint=http://a', 'service.pipelines.metrics.exporters=[otlphttp]'],
    });
    expect(config.service.pipelines.get('metrics')).to.deep.equal({
      receivers: ['nvme'],
      processors: [],
      exporters: ['otlphttp'],
    });
  });

  it('has its mistakes named by the key', async () => {
    const sets = [
      'receivers.nvme.simulate=many',
      'exporters.prometheus.enpoint=:1',
      'service.pipelines.metrics.exporters.a=b',
    ];
    expect(await problems({ sets: [...sets, 'receivers.nvme.simulate.x=1'] })).to.deep.equal([
      '--set receivers.nvme.simulate.x: leads through a value that is not a map: give the whole value',
      '--set receivers.nvme.simulate: simulate: expected a whole number from 0 to 512 but received "many"',
      '--set exporters.prometheus.enpoint: unknown key "enpoint" in exporter prometheus: did you mean "endpoint"?',
      '--set service.pipelines.metrics.exporters.a: exporters: expected a list like [a, b] but received a map',
    ]);
  });

  it('simulates for every receiver of volumes', async () => {
    const { config } = await loaded({ text: 'receivers: {nvme: , nvme/b: {simulate: 1}}', simulate: '5' });
    expect([...config.receivers.values()].map((each) => each.config.simulate)).to.deep.equal([5, 5]);
    expect(await problems({ simulate: '-1' })).to.deep.equal([
      '--simulate: simulate: expected at least 0 but received -1',
    ]);
  });
});

describe('the environment', () => {
  const backend = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' };

  it('adds an OTLP exporter to the default pipeline', async () => {
    const env = {
      ...backend,
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=${env:X}%20null,empty=',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
      OTEL_EXPORTER_OTLP_TIMEOUT: '2500',
      OTEL_EXPORTER_OTLP_CERTIFICATE: '/ca.pem',
    };
    const { config } = await loaded({ env });
    expect(config.service.pipelines.get('metrics')?.exporters).to.deep.equal(['prometheus', 'otlphttp']);
    expect(await otlp({ env })).to.deep.equal({
      endpoint: undefined,
      metrics_endpoint: 'http://localhost:4318/v1/metrics',
      encoding: 'json',
      compression: 'none',
      headers: { 'api-key': '${env:X} null', empty: '' },
      timeout: 2500,
      temporality: 'cumulative',
      tls: { ca_file: '/ca.pem', cert_file: undefined, key_file: undefined },
    });
  });

  it('can be changed by the command line', async () => {
    const config = await otlp({ env: backend, sets: ['exporters.otlphttp.timeout=1s'] });
    expect(config).to.deep.include({ timeout: 1000, metrics_endpoint: 'http://localhost:4318/v1/metrics' });
  });

  it('adds none beside a file, and says so', async () => {
    const { config, warnings } = await loaded({ env: backend, text: '' });
    expect([...config.exporters.keys()]).to.deep.equal(['prometheus']);
    expect(warnings).to.deep.equal([
      'OTEL_EXPORTER_OTLP_ENDPOINT: ignored: the exporters are those of collector.yaml',
    ]);
  });

  it('names the variable that is wrong', async () => {
    const env = { ...backend, OTEL_EXPORTER_OTLP_CLIENT_KEY: '/key.pem' };
    expect(await problems({ env })).to.deep.equal([
      'OTEL_EXPORTER_OTLP_CLIENT_KEY: tls: cert_file and key_file go together',
    ]);
  });

  it('gives the temporality of what is pushed', async () => {
    for (const [preference, temporality] of [
      ['cumulative', 'cumulative'],
      ['delta', 'delta'],
      ['LowMemory', 'cumulative'],
    ] as const) {
      const env = { ...backend, OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: preference };
      expect((await otlp({ env })).temporality).to.equal(temporality);
    }
  });

  it('gives the interval where the file does not', async () => {
    const env = { OTEL_METRIC_EXPORT_INTERVAL: '30000' };
    expect((await receiver({ env })).collection_interval).to.equal(30_000);
    const text = 'receivers: {nvme: {collection_interval: 20s}}';
    expect((await receiver({ env, text })).collection_interval).to.equal(20_000);
    expect(await problems({ env: { OTEL_METRIC_EXPORT_INTERVAL: '500' } })).to.deep.equal([
      'OTEL_METRIC_EXPORT_INTERVAL: collection_interval: expected at least 1s but received 500ms',
    ]);
  });

  it('gives the devices where the file does not', async () => {
    const env = { EBS_DEVICE: '/dev/nvme1n1, nvme2n1,' };
    expect((await receiver({ env })).devices.include).to.deep.equal(['nvme1n1', 'nvme2n1']);
    expect((await receiver({ env: { EBS_DEVICE: '' } })).devices.include).to.deep.equal(['*']);
    const told = await loaded({ env, text: 'receivers: {nvme: {devices: {include: [vol-*]}}}' });
    expect(told.warnings).to.deep.equal([
      'EBS_DEVICE: ignored: receiver nvme says itself which devices to include',
    ]);
  });
});
