import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { startCollector } from '../fixtures/collector.ts';

/**
 * What a scrape costs, seen from outside: the built program with simulated volumes, each scrape a reading of its own.
 * CPU time and memory are firm on a busy machine, the time a scrape takes is not.
 */

const scrapes = 100;
const warmUpScrapes = 20;
/** USER_HZ: what /proc counts CPU time in, on every architecture Linux has Node for. */
const ticksPerSecond = 100;

interface Cost {
  readonly volumes: number;
  readonly 'page, KB': number;
  readonly 'CPU a scrape, ms': number;
  readonly 'median, ms': number;
  readonly 'slowest, ms': number;
  readonly 'resident, MB': number;
}

function cpuMs(pid: number): number {
  // Fields 14 and 15 of proc_pid_stat(5), counted after the name in parentheses.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1000;
}

function residentMb(pid: number): number {
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kb) / 1024;
}

const round = (value: number, digits: number) => Number(value.toFixed(digits));

async function costOf(volumes: number): Promise<Cost> {
  const collector = await startCollector([
    ...['--simulate', String(volumes)],
    ...['--set', 'receivers.nvme.min_interval=1ms'],
  ]);
  const pid = Number(collector.process.pid);
  // As Prometheus asks.
  const scrape = () => collector.scrape({ 'accept-encoding': 'gzip' });
  for (let i = 0; i < warmUpScrapes; i++) await scrape();

  const cpuBeforeMs = cpuMs(pid);
  const durationsMs: number[] = [];
  for (let i = 0; i < scrapes; i++) {
    const startMs = performance.now();
    await scrape();
    durationsMs.push(performance.now() - startMs);
  }
  durationsMs.sort((a, b) => a - b);
  const cost = {
    volumes,
    'page, KB': round((await collector.scrape()).body.length / 1024, 0),
    'CPU a scrape, ms': round((cpuMs(pid) - cpuBeforeMs) / scrapes, 1),
    'median, ms': round(durationsMs[scrapes / 2] ?? NaN, 1),
    'slowest, ms': round(durationsMs.at(-1) ?? NaN, 1),
    'resident, MB': round(residentMb(pid), 1),
  };
  await collector.stop();
  return cost;
}

const costs: Cost[] = [];
for (const volumes of [1, 28, 128]) costs.push(await costOf(volumes));
process.stdout.write(`node ${process.version}, ${scrapes} scrapes each\n`);
for (const cost of costs) {
  process.stdout.write(
    `${Object.entries(cost)
      .map(([name, value]) => `${name} ${value}`)
      .join(' | ')}\n`,
  );
}
