import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../fixtures/free-port.ts';
import type { SubjectName } from './figures.ts';
import { createScraper, type Scraper } from './scraper.ts';
import type { Workload } from './workload.ts';

/** The programs that are measured, each in a process of its own that knows nothing of it. */

const root = join(import.meta.dirname, '../..');
/** The Node that ours and the stock exporter run on. */
export const nodeProgram = process.env['BENCH_NODE'] || process.execPath;
/** The compiled programs that belong to the benchmark. */
export const programsFolder = join(root, 'build/bench/programs/test/bench');
const goProgram = join(root, 'build/bench/go-exporter');
const floorProgram = join(root, 'build/bench/floor');
/** How ours is started: another build or other V8 options can be measured by naming them. */
export const ourCommand: readonly string[] = process.env['BENCH_COMMAND']
  ? process.env['BENCH_COMMAND'].split(' ')
  : [join(root, 'dist/ebs-nvme-collector.js')];

/** What all that are measured know of where they are. */
export const subjectEnvironment: NodeJS.ProcessEnv = {
  // Ours looks for Node there.
  PATH: [dirname(nodeProgram), process.env['PATH']].join(delimiter),
  HOME: process.env['HOME'],
  LANG: 'C.UTF-8',
  NODE_NAME: 'ip-10-0-143-21.eu-central-1.compute.internal',
  CLUSTER_ID: 'bench-7f9c2',
  // No benchmark may ask the real metadata address.
  AWS_EC2_METADATA_DISABLED: 'true',
};

export interface Subject extends Scraper {
  readonly name: SubjectName;
  readonly pid: number;
  /** From spawn to the last byte of the first page. */
  readonly firstPageMs: number;
  stop(): Promise<void>;
}

export interface SubjectOptions {
  /** `key=value`, ours only. */
  readonly settings?: readonly string[];
  /** How large a page is, the floor only. */
  readonly pageBytes?: number;
}

/** Every scrape a reading of its own, however soon it comes. */
export const readAlways = 'receivers.nvme.min_interval=0s';

function commandOf(
  name: SubjectName,
  port: number,
  { devPath, sysPath }: Workload,
  { settings = [readAlways], pageBytes = 0 }: SubjectOptions,
): readonly string[] {
  const listen = `127.0.0.1:${port}`;
  switch (name) {
    case 'go':
      return [goProgram, '-listen', listen, '-dev', devPath, '-sys', sysPath];
    case 'floor':
      return [floorProgram, String(port), devPath, sysPath, String(pageBytes)];
    case 'stock':
      return [nodeProgram, join(programsFolder, 'stock/main.js'), String(port), devPath, sysPath];
    case 'ours': {
      const all = [
        `exporters.prometheus.endpoint=${listen}`,
        `receivers.nvme.dev_path=${devPath}`,
        `receivers.nvme.sys_path=${sysPath}`,
        ...settings,
      ];
      return [...ourCommand, 'run', ...all.flatMap((setting) => ['--set', setting])];
    }
  }
}

/** Between two tries to reach one that is starting. */
const retryMs = 2;
const patienceMs = 20_000;

/**
 * Starts one and waits for its first page.
 * @throws with what it printed where it ends instead
 */
export async function startSubject(
  name: SubjectName,
  workload: Workload,
  options: SubjectOptions = {},
): Promise<Subject> {
  const port = await freePort();
  const [file = '', ...args] = commandOf(name, port, workload, options);
  const startMs = performance.now();
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'], env: subjectEnvironment });
  const exited = once(child, 'exit').catch(() => undefined);
  let complaints = '';
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (complaints = (complaints + text).slice(-4000)));
  child.on('error', (error) => (complaints += error.message));
  const scraper = createScraper(`http://127.0.0.1:${port}/metrics`);

  const stop = async (): Promise<void> => {
    scraper.close();
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await Promise.race([exited, sleep(5000, undefined, { ref: false })]);
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exited;
  };

  for (;;) {
    try {
      await scraper.scrape({ gzip: false });
      break;
    } catch (error) {
      const ended = child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
      if (ended || performance.now() - startMs > patienceMs) {
        await stop();
        throw new Error(`${name} serves no page: ${[file, ...args].join(' ')}\n${complaints}`, {
          cause: error,
        });
      }
      await sleep(retryMs);
    }
  }
  const firstPageMs = performance.now() - startMs;
  return { ...scraper, name, pid: child.pid ?? 0, firstPageMs, stop };
}
