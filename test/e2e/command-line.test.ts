import { createServer, type AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runCommand, startCollector } from '../fixtures/collector.ts';
import { fetchText } from '../fixtures/http.ts';

describe('the program', function () {
  this.timeout(30_000);
  let folder: string;
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'collector-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('names all mistakes of a file in one run, by line and column, and ends with 1', async () => {
    const file = write(
      'wrong.yaml',
      `receivers:
  nvme:
    colection_interval: 10s
    read_timeout: fast
exporters:
  prometheus:
    endpoint: localhost
  otlp:
    endpoint: http://x:4318
service:
  pipelines:
    metrics:
      receivers: [nvme, nmve]
      exporters: [prometheus]
`,
    );
    for (const command of ['validate', 'run']) {
      const { code, stderr } = await runCommand([command, '--config', file]);
      expect(code, command).to.equal(1);
      const places = [...stderr.matchAll(/wrong\.yaml:(\d+:\d+): /g)].map(([, place]) => place);
      expect(places).to.deep.equal(['3:5', '4:19', '7:15', '8:3', '13:25']);
      expect(stderr).to.include('did you mean "collection_interval"?');
      expect(stderr).to.include('5 problems');
    }
  });

  it('ends with 2 at an unknown option or command, and says what was meant', async () => {
    const option = await runCommand(['run', '--confg', 'x']);
    expect(option).to.include({ code: 2, stdout: '' });
    expect(option.stderr).to.include('unknown option "--confg": did you mean "--config"?');
    expect((await runCommand(['scrape'])).code).to.equal(2);
  });

  it('ends with 3 at a port that is taken, and says so', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const { code, stderr } = await runCommand([
      'run',
      '--simulate',
      '1',
      '--set',
      `exporters.prometheus.endpoint=127.0.0.1:${port}`,
    ]);
    taken.close();
    expect(code).to.equal(3);
    expect(stderr).to.include(`127.0.0.1:${port}`);
    expect(stderr).to.include('taken');
  });

  it('helps', async () => {
    const { code, stdout } = await runCommand(['--help']);
    expect(code).to.equal(0);
    for (const command of ['run', 'validate', 'volumes', 'stats', 'config']) {
      expect(stdout).to.include(command);
      expect((await runCommand([command, '--help'])).stdout).to.include(`ebs-nvme-collector ${command}`);
    }
  });

  it('marks simulated volumes in the log, in the attributes and on the page', async () => {
    const collector = await startCollector(['--simulate', '2']);
    const { body } = await collector.scrape();
    const { body: landing } = await fetchText(`${collector.url}/`);
    expect(await collector.stop()).to.equal(0);
    expect(collector.logs.some(({ level, msg }) => level === 'warn' && msg.includes('simulated'))).to.equal(
      true,
    );
    const volumes = body.match(/^ebs_(?!collector_).*\{.*$/gm) ?? [];
    expect(volumes).to.have.length.greaterThan(50);
    for (const series of volumes) expect(series).to.include('simulated="true"');
    expect(landing).to.match(/simulated/i);
  });

  it('ends with 0 at SIGTERM, be it sent twice, and at SIGINT', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const collector = await startCollector(['--simulate', '1']);
      collector.signal(signal);
      // This sends SIGTERM once more.
      expect(await collector.stop()).to.equal(0);
    }
  });

  it('ends quietly when whoever reads its output has seen enough', async () => {
    const { code, stdout, stderr } = await runCommand(['stats', '--interval', '1', '--simulate', '5'], {
      readAtMost: 1,
    });
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout).to.not.equal('');
  });

  it('reads its configuration again at SIGHUP, and keeps to the old one where the new is wrong', async () => {
    const configuration = (naming: string) => `receivers: {nvme: {simulate: 1}}
exporters: {prometheus: {endpoint: "127.0.0.1:0", naming: ${naming}}}
service: {pipelines: {metrics: {receivers: [nvme], exporters: [prometheus]}}}
`;
    const file = write('collector.yaml', configuration('[ebs]'));
    const collector = await startCollector(['--config', file]);
    expect((await collector.scrape()).body).to.include('ebs_total_read_ops_total');

    write('collector.yaml', configuration('[csi]'));
    collector.signal('SIGHUP');
    await collector.logged(/not reloaded/);
    expect((await collector.scrape()).body).to.include('ebs_total_read_ops_total');

    write('collector.yaml', configuration('[otel]'));
    const from = collector.logs.length;
    collector.signal('SIGHUP');
    await collector.logged('the configuration was reloaded');
    const { address } = await collector.logged('listening', from);
    const { body } = await fetchText(`http://${String(address)}/metrics`);
    expect(body).to.include('aws_ebs_volume_operations_total');
    expect(body).to.not.include('ebs_total_read_ops_total');
    expect(collector.logs.filter(({ msg }) => msg === 'volume attached')).to.have.length(1);
    expect(await collector.stop()).to.equal(0);
  });

  it('shows volumes and statistics of simulated drives', async () => {
    const volumes = await runCommand(['volumes', '--json', '--simulate', '3']);
    expect(volumes.code).to.equal(0);
    expect(volumes.stdout.trim().split('\n')).to.have.length(3);
    const stats = await runCommand(['stats', 'nvme1n1', '--json', '--simulate', '3']);
    expect(stats.code).to.equal(0);
    expect(JSON.parse(stats.stdout)).to.be.an('object');
    expect((await runCommand(['stats', 'nvme9n1', '--simulate', '3'])).code).to.equal(1);
  });

  it('hides secrets in the effective configuration', async () => {
    const { code, stdout } = await runCommand(['config'], {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
        OTEL_EXPORTER_OTLP_HEADERS: 'api-key=hunter2',
      },
    });
    expect(code).to.equal(0);
    expect(stdout).to.include('otlphttp').and.to.include('4318').and.not.to.include('hunter2');
  });

  it('takes other log settings and resource attributes at SIGHUP', async () => {
    const configuration = (telemetry: string) => `receivers: {nvme: {simulate: 1}}
exporters: {prometheus: {endpoint: "127.0.0.1:0"}}
service: {telemetry: ${telemetry}, pipelines: {metrics: {receivers: [nvme], exporters: [prometheus]}}}
`;
    const file = write('collector.yaml', configuration('{}'));
    const collector = await startCollector(['--config', file]);
    write('collector.yaml', configuration('{resource: {deployment.environment.name: prod}}'));
    const from = collector.logs.length;
    collector.signal('SIGHUP');
    await collector.logged('the configuration was reloaded');
    const { address } = await collector.logged('listening', from);
    const page = async () => (await fetchText(`http://${String(address)}/metrics`)).body;
    expect(await page()).to.match(/^target_info\{.*deployment_environment_name="prod"/m);
    write('collector.yaml', configuration('{logs: {encoding: console}}'));
    collector.signal('SIGHUP');
    await collector.logged(/ INFO +the configuration was reloaded/);
    expect(await collector.stop()).to.equal(0);
  });

  it('heeds a SIGHUP that comes while it starts, when it has started', async () => {
    const collector = await startCollector(['--simulate', '1'], {}, (line, child) => {
      if (line.msg === 'starting') child.kill('SIGHUP');
    });
    await collector.logged('the configuration was reloaded');
    expect(await collector.stop()).to.equal(0);
  });

  it('goes on, and ends when told to, where its log cannot be written', async () => {
    const collector = await startCollector(['--simulate', '1']);
    collector.process.stderr?.destroy();
    collector.signal('SIGHUP');
    expect(await collector.stop()).to.equal(0);
  });
});
