import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { goldenFiles } from '../../fixtures/golden-file.ts';
import { load, loaded, otlp, problems, receiver } from './loading.ts';

const { expectGolden, goldenPath } = goldenFiles(import.meta.url);

describe('the default configuration', () => {
  it('reads volumes and serves them to Prometheus on port 8090', async () => {
    const { config, warnings } = await loaded();
    expect([...config.receivers.keys()]).to.deep.equal(['nvme']);
    expect([...config.processors.keys()]).to.deep.equal([]);
    expect([...config.exporters.values()]).to.deep.equal([
      {
        id: 'prometheus',
        type: 'prometheus',
        config: { endpoint: { host: '0.0.0.0', port: 8090 }, naming: ['ebs'] },
      },
    ]);
    expect([...config.service.pipelines]).to.deep.equal([
      ['metrics', { receivers: ['nvme'], processors: [], exporters: ['prometheus'] }],
    ]);
    expect(config.service.telemetry).to.deep.equal({
      logs: { level: 'info', encoding: 'json' },
      resource: {},
    });
    expect(warnings).to.deep.equal([]);
  });

  it('logs for people on a terminal', async () => {
    const { config } = await loaded({ isTerminal: true });
    expect(config.service.telemetry.logs.encoding).to.equal('console');
    const chosen = await loaded({ isTerminal: true, text: 'service: {telemetry: {logs: {encoding: json}}}' });
    expect(chosen.config.service.telemetry.logs.encoding).to.equal('json');
  });

  it('is what an empty file says, and one that leaves everything empty', async () => {
    const { config } = await loaded();
    const empty = [
      '',
      '# nothing\n',
      'receivers:\nprocessors: {}\nexporters:\nservice:\n',
      'receivers: {nvme: }\n',
    ];
    for (const text of empty) expect((await loaded({ text })).config).to.deep.equal(config);
  });
});

describe('a file', () => {
  it('keeps the defaults of what it leaves out', async () => {
    const config = await receiver({
      text: 'receivers: {nvme: {min_interval: 2s, devices: {exclude: [nvme0n1]}}}',
    });
    expect(config).to.deep.equal({
      collection_interval: 10_000,
      min_interval: 2000,
      devices: { include: ['*'], exclude: ['nvme0n1'] },
      instance_store: true,
      simulate: 0,
    });
  });

  it('without pipelines has one of everything it defines', async () => {
    const text =
      'processors: {resource: , resource/b: }\nexporters: {prometheus: , otlphttp/a: {endpoint: "http://a"}}';
    const { config, warnings } = await loaded({ text });
    expect(config.service.pipelines.get('metrics')).to.deep.equal({
      receivers: ['nvme'],
      processors: ['resource', 'resource/b'],
      exporters: ['prometheus', 'otlphttp/a'],
    });
    expect(warnings).to.deep.equal([]);
  });

  it('may call a type by its other name', async () => {
    const text = `
exporters: {otlp_http/a: {endpoint: "http://a"}}
service: {pipelines: {metrics: {receivers: [nvme], exporters: [otlphttp/a]}, metrics/b: {receivers: [nvme], exporters: [otlp_http/a]}}}`;
    const { config } = await loaded({ text });
    expect([...config.exporters.keys()]).to.deep.equal(['otlphttp/a']);
    expect(config.service.pipelines.get('metrics/b')?.exporters).to.deep.equal(['otlphttp/a']);
  });

  it('is warned about components that no pipeline names', async () => {
    const text = `
processors:
  resource:
exporters:
  prometheus:
  otlphttp: {endpoint: "http://a"}
service: {pipelines: {metrics: {receivers: [nvme], exporters: [prometheus]}}}`;
    expect((await loaded({ text })).warnings).to.deep.equal([
      'collector.yaml:3:3: processor resource is in no pipeline and does nothing: name it in service.pipelines or remove it',
      'collector.yaml:6:3: exporter otlphttp is in no pipeline and does nothing: name it in service.pipelines or remove it',
    ]);
  });

  it('that cannot be read is a problem that says why', async () => {
    expect(await problems({ file: '/nonexistent/collector.yaml' })).to.deep.equal([
      '/nonexistent/collector.yaml: cannot read the configuration: there is no such file',
    ]);
    expect(await problems({ file: '/' })).to.deep.equal([
      '/: cannot read the configuration: it is a directory',
    ]);
  });

  it('that is no map at all has one problem', async () => {
    const keys = 'receivers, processors, exporters, service';
    expect(await problems({ text: 'just words', simulate: '3' })).to.deep.equal([
      `collector.yaml:1:1: expected a map with the keys ${keys} but received "just words"`,
    ]);
    expect(await problems({ text: 'a: [1,\n', sets: ['receivers.nvme.simulate=x'] })).to.deep.equal([
      'collector.yaml:2:1: not valid YAML: deficient indentation',
    ]);
  });

  it('that begins with a byte order mark has its columns right', async () => {
    expect(await problems({ text: '\uFEFFnvme: 1' })).to.deep.equal([
      'collector.yaml:1:1: unknown key "nvme"; known: receivers, processors, exporters, service',
    ]);
  });

  it('has all its mistakes named in one run, in their order', async () => {
    const text = readFileSync(goldenPath('very-wrong.yaml'), 'utf8');
    const found = await problems({ file: 'very-wrong.yaml', text });
    expect(found.length).to.be.greaterThan(20);
    expectGolden('very-wrong.txt', `${found.join('\n')}\n`);
  });
});

describe('any text', () => {
  it('gives a configuration or problems that have a place, and never throws', async () => {
    const word = fc.constantFrom(
      ...[
        'receivers',
        'exporters',
        'service',
        'pipelines',
        'metrics',
        'nvme',
        'prometheus',
        'otlphttp',
        'endpoint',
      ],
      ...[
        'headers',
        ':',
        ': ',
        '\n',
        '\n  ',
        '\n    ',
        '- ',
        '[',
        ']',
        '{',
        '}',
        ', ',
        '${env:A}',
        '${',
        '&a ',
        '*a',
        '<<',
      ],
      ...['simulate', '1', '""', 'null', '__proto__', 'constructor', '#', "'", '"', '|', '!!str ', '---'],
    );
    const words = fc.array(word, { maxLength: 40 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(words, fc.string({ unit: 'binary' })),
        fc.string(),
        async (text, variable) => {
          const result = await load({ text, env: { A: variable } });
          if (result.ok) return;
          expect(result.problems).to.not.have.length(0);
          for (const { location, message } of result.problems) {
            expect(location.source).to.be.oneOf(['collector.yaml', 'default configuration']);
            expect(message).to.not.equal('');
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('keeps a secret in its place, whatever characters it has', async () => {
    const headers = ['headers:', '  api-key: "${env:KEY}"', '  plain: x${env:KEY}'].map(
      (line) => `    ${line}\n`,
    );
    const text = `exporters:\n  otlphttp:\n    endpoint: http://a\n${headers.join('')}`;
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (key) => {
        const config = await otlp({ text, env: { KEY: key } });
        expect(config.headers).to.deep.equal({ 'api-key': key, plain: `x${key}` });
      }),
    );
  });

  it('has no secret in its problems', async () => {
    const text =
      'exporters: {otlphttp: {timeout: "${env:KEY}", endpoint: "${env:KEY}", encoding: "${env:KEY}"}}';
    const found = await problems({ text, env: { KEY: 'topsecret' } });
    expect(found).to.have.length(3);
    expect(found.join('\n')).to.not.include('topsecret');
  });
});
