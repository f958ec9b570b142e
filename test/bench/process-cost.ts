import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a process costs, from outside, with those that it started: started by root, ours has a reader beside it. */

const cpuTimeProgram = join(import.meta.dirname, '../../build/bench/cpu-time');

function withDescendants(pid: number): number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  const children = threads.flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(withDescendants)];
}

/** CPU time so far, ms: of all threads, those that ended included. */
export function cpuTimeMs(pid: number): number {
  const nanoseconds = execFileSync(cpuTimeProgram, withDescendants(pid).map(String), { encoding: 'utf8' });
  return Number(nanoseconds) / 1e6;
}

function residentKib(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

export function residentMib(pid: number): number {
  return withDescendants(pid).reduce((sum, each) => sum + residentKib(each), 0) / 1024;
}
