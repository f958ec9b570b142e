import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { startCollector, type Collector } from '../fixtures/collector.ts';
import { runPrometheus, type PrometheusServer } from '../fixtures/prometheus-server.ts';
import { createCertificates, type Certificates } from '../fixtures/tls.ts';

/** What docs/securing-the-endpoint.md tells people to write, run with a real Prometheus as it stands there. */

const document = readFileSync(new URL('../../docs/securing-the-endpoint.md', import.meta.url), 'utf8');

interface Example {
  readonly heading: string;
  readonly collector: string;
  readonly prometheus: string;
}

const examples: readonly Example[] = document.split(/^## /m).flatMap((section) => {
  const block = (file: string) =>
    new RegExp(`^\`\`\`yaml\\n# ${file}\\n(.*?)^\`\`\`$`, 'ms').exec(section)?.[1];
  const collector = block('collector\\.yaml');
  const prometheus = block('prometheus\\.yml');
  if (collector === undefined || prometheus === undefined) return [];
  return [{ heading: section.split('\n', 1)[0] ?? '', collector, prometheus }];
});

interface Running {
  readonly collector: Collector;
  readonly target: string;
  prometheus?: PrometheusServer;
}

/** What somebody gets who knows the address alone: a status, or none. */
const stranger: Readonly<Record<string, number | undefined>> = {
  'One address': 200,
  TLS: 200,
  'Client certificates': undefined,
  Passwords: 401,
  'Bearer tokens': 401,
};

const token = '5f2b6f7f3c1e4b0a9d8c7b6a59483726150403f2e1d0cfbead9c8b7a69584736';

describe('the document on securing the endpoint', function () {
  this.timeout(60_000);
  let certificates: Certificates;
  let folder: string;
  const running = new Map<string, Running>();

  before(async () => {
    certificates = createCertificates();
    folder = mkdtempSync(join(tmpdir(), 'ebs-nvme-collector-securing-'));
    const files: Readonly<Record<string, string | Buffer>> = {
      'ebs-nvme-collector/tls.crt': certificates.server.cert,
      'ebs-nvme-collector/tls.key': certificates.server.key,
      'ebs-nvme-collector/client-ca.crt': certificates.authority.cert,
      'ebs-nvme-collector/users': `mimir:$2y$10$${'a'.repeat(53)}\n`,
      'ebs-nvme-collector/tokens': `0123456789abcdef\n${token}\n`,
      'prometheus/collector-ca.crt': certificates.authority.cert,
      'prometheus/client.crt': certificates.client.cert,
      'prometheus/client.key': certificates.client.key,
      'prometheus/password': 's3cret\n',
      'prometheus/token': `${token}\n`,
    };
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), content, { mode: 0o600 });
    }
    // All at once: a Prometheus takes five seconds until it scrapes.
    await Promise.all(examples.map(run));
  });
  after(async () => {
    for (const { collector, prometheus } of running.values()) {
      await prometheus?.stop();
      await collector.stop();
    }
    certificates?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The example here: its files in a folder of ours, its address a free port of loopback. */
  const here = (text: string): string => text.replaceAll('/etc/', `${folder}/`);

  async function run({ heading, collector: text, prometheus: scrapeConfigs }: Example): Promise<void> {
    const file = join(folder, `${heading}.yaml`);
    writeFileSync(file, here(text));
    const endpoint = ['--set', 'exporters.prometheus.endpoint=127.0.0.1:0'];
    const collector = await startCollector(['--config', file, ...endpoint, '--simulate', '2']);
    const target = new URL(collector.url).host;
    const started: Running = { collector, target };
    running.set(heading, started);
    const own = here(scrapeConfigs).replace(/"(?:node7\.example\.com|127\.0\.0\.1):8090"/, `"${target}"`);
    expect(own).to.contain(target);
    started.prometheus = await runPrometheus(own);
  }

  function ask(target: string, withTls: boolean): Promise<number | undefined> {
    return new Promise((resolve) => {
      const [host, port] = target.split(':');
      const options = { host, port, path: '/metrics', agent: false, ca: certificates.authority.cert };
      (withTls ? secure(options) : plain(options))
        .on('response', (response) => resolve(response.resume().statusCode))
        .on('error', () => resolve(undefined))
        .end();
    });
  }

  it('has an example for each way', () => {
    expect(examples.map(({ heading }) => heading)).to.deep.equal(Object.keys(stranger));
  });

  for (const example of examples) {
    it(`is right on: ${example.heading}`, async () => {
      const { prometheus: server, target, collector } = running.get(example.heading) ?? {};
      if (server === undefined || target === undefined || collector === undefined)
        throw new Error('does not run');
      await server.eventually('up{job="ebs-nvme-collector"}', ([up]) => up?.value === 1);
      await server.scrapes(2);
      await server.eventually('ebs_volume_up', ({ length }) => length === 2);
      expect(await ask(target, example.collector.includes('tls:'))).to.equal(stranger[example.heading]);
      const said = collector.logs.filter(({ component }) => component === 'prometheus');
      expect(said.filter(({ level }) => level !== 'info')).to.deep.equal([]);
      expect(JSON.stringify(collector.logs)).to.not.match(/s3cret|\$2y\$|5f2b6f7f/);
    });
  }
});
