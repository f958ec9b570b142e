import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exporterNames, type Figure } from '../figures.ts';
import { startSubject, type Subject } from '../subject.ts';
import { parseStraceCounts } from '../strace-counts.ts';
import { startWorkload, type Workload } from '../workload.ts';
import type { Part } from './part.ts';

/** System calls of a scrape by strace, and commands to drives by the drives' own count. */

const warmUps = 20;
const scrapes = 10;
/** Of the most volumes, calls are shown by name: those that ours makes at least this often in a scrape. */
const shownFromCalls = 2;
const volumeCounts = [1, 28, 128];

/** Counts the process's system calls while `work` runs. */
async function traced(pid: number, work: () => Promise<void>): Promise<ReadonlyMap<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const file = join(folder, 'counts');
  const tracer = spawn('strace', ['-f', '-c', '-o', file, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(tracer, 'exit');
  try {
    // It says so when it is attached.
    await Promise.race([once(tracer.stderr, 'data'), exited]);
    await work();
    tracer.kill('SIGINT');
    await exited;
    return parseStraceCounts(readFileSync(file, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(workload: Workload, subject: Subject, canTrace: boolean): Promise<Figure[]> {
  const { volumes } = workload;
  const key = { part: 'calls', volumes, subject: subject.name, unit: 'calls' } as const;
  const scrape = async (times: number) => {
    for (let i = 0; i < times; i++) await subject.scrape({ gzip: false });
  };
  await scrape(warmUps);
  const before = await workload.commands();
  await scrape(scrapes);
  const commands = (await workload.commands()) - before;
  const figures: Figure[] = [{ ...key, what: 'commands to drives', variant: '', value: commands / scrapes }];
  if (!canTrace) return figures;
  const counts = await traced(subject.pid, () => scrape(scrapes));
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  figures.push({ ...key, what: 'system calls', variant: '', value: total / scrapes });
  if (volumes < Math.max(...volumeCounts)) return figures;
  for (const [name, count] of counts) {
    figures.push({ ...key, what: 'of them', variant: name, value: count / scrapes });
  }
  return figures;
}

function withoutRare(figures: readonly Figure[]): Figure[] {
  const frequent = new Set(
    figures
      .filter(({ subject, value }) => subject === 'ours' && value >= shownFromCalls)
      .map(({ variant }) => variant),
  );
  return figures.filter(({ variant }) => variant === '' || frequent.has(variant));
}

export const callsPart: Part = async ({ say }) => {
  const canTrace = spawnSync('strace', ['-V'], { stdio: 'ignore' }).status === 0;
  if (!canTrace) say('system calls are not counted: apt-get install strace');
  const figures: Figure[] = [];
  for (const volumes of volumeCounts) {
    const workload = await startWorkload(volumes);
    try {
      for (const name of exporterNames) {
        const subject = await startSubject(name, workload);
        try {
          figures.push(...(await measure(workload, subject, canTrace)));
        } finally {
          await subject.stop();
        }
      }
    } finally {
      await workload.stop();
    }
  }
  return withoutRare(figures);
};
