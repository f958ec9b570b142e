import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { startCollector, type Collector } from '../fixtures/collector.ts';
import { runPrometheus, type PrometheusServer } from '../fixtures/prometheus-server.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../fixtures/hostile-client.ts', import.meta.url));
const requests = 10_000;
/**
 * Who attacks shares two cores with who scrapes. So it goes behind them (`nice`), as it would from another machine, and
 * they have the time that Prometheus gives unless told otherwise. They are several, so that there is a scrape every 2 s.
 */
const scrapeSeconds = 10;
const scrapers = ['a', 'b', 'c', 'd', 'e'];

function residentMb({ process: { pid } }: Collector): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kb = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  return { now: kb('VmRSS') / 1024, peak: kb('VmHWM') / 1024 };
}

describe(`an endpoint that gets ${requests} hostile requests`, function () {
  this.timeout(300_000);
  let collector: Collector;
  let prometheus: PrometheusServer;

  before(async () => {
    collector = await startCollector(['--simulate', '64']);
    prometheus = await runPrometheus(`scrape_configs:
  - job_name: ebs
    scrape_interval: ${scrapeSeconds}s
    scrape_timeout: ${scrapeSeconds}s
    static_configs:
${scrapers.map((scraper) => `      - { targets: ["${new URL(collector.url).host}"], labels: { scraper: ${scraper} } }`).join('\n')}
`);
    // Its first scrape of each is at some moment of the interval.
    await prometheus.eventually('up{job="ebs"} == 1', (up) => up.length === scrapers.length, 60_000);
  });
  after(async () => {
    await prometheus?.stop();
    await collector?.stop();
  });

  it('fails no scrape, keeps its memory, and says who was turned away', async () => {
    const before = residentMb(collector);
    const startMs = Date.now();
    const { stdout } = await run('nice', [
      '-n10',
      process.execPath,
      '--import',
      'tsx',
      program,
      new URL(collector.url).port,
      String(requests),
    ]);
    const sent = Object.values(JSON.parse(stdout) as Record<string, number>);
    expect(sent.reduce((sum, count) => sum + count)).to.equal(requests);
    const seconds = (Date.now() - startMs) / 1000;
    await prometheus.scrapes(1);

    const up = await prometheus.stored('up{job="ebs"}[10m]');
    const during = up.flatMap(({ samples }) => samples).filter(({ atMs }) => atMs >= startMs);
    // Prometheus leaves out what was due while the machine stood still.
    expect(during.length).to.be.at.least((scrapers.length * seconds) / scrapeSeconds / 2);
    expect(during.filter(({ value }) => value !== 1)).to.deep.equal([]);

    const refused = await prometheus.query('group(ebs_collector_endpoint_refused_total) by (error_type)');
    const why = refused.map(({ labels }) => labels['error_type']);
    expect(why).to.include.members(['malformed', 'oversized', 'slow', 'connections']);

    const after = residentMb(collector);
    expect(after.peak - before.now, 'MB more than before').to.be.below(150);
    expect(collector.process.exitCode).to.equal(null);
    expect(collector.logs.filter(({ level }) => level === 'error')).to.deep.equal([]);
  });
});
