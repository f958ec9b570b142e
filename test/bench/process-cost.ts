import { readdirSync, readFileSync } from 'node:fs';

/** What a process costs, from outside, as proc_pid_stat(5) and its neighbours tell. */

/** CPU time so far, ms, by thread. */
type ThreadTimes = ReadonlyMap<string, number>;

export interface CpuMark {
  readonly threads: ThreadTimes;
  /** Of the whole process, ended threads too, in steps of 10 ms. */
  readonly coarseMs: number;
}

/** USER_HZ: what /proc/PID/stat counts CPU time in, on every architecture Linux has Node for. */
const msPerTick = 10;

function coarseCpuMs(pid: number): number {
  // utime and stime: fields 14 and 15, counted after the name in parentheses.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * msPerTick;
}

function threadTimes(pid: number): ThreadTimes {
  const folder = `/proc/${pid}/task`;
  return new Map(
    readdirSync(folder).flatMap((thread): [string, number][] => {
      try {
        // Nanoseconds on a CPU come first.
        const [onCpu] = readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ');
        return [[thread, Number(onCpu) / 1e6]];
      } catch {
        return [];
      }
    }),
  );
}

export function cpuMark(pid: number): CpuMark {
  return { threads: threadTimes(pid), coarseMs: coarseCpuMs(pid) };
}

/** utime and stime are cut off to whole ticks, each. */
const coarseErrorMs = 2 * msPerTick;

/**
 * CPU time between two marks, ms: from the scheduler's nanoseconds. A thread that ended in between took its own along;
 * where that was more than a little, the coarse time shows it.
 */
export function cpuBetweenMs(before: CpuMark, after: CpuMark): number {
  let sum = 0;
  for (const [thread, ms] of after.threads) sum += ms - (before.threads.get(thread) ?? 0);
  return Math.max(sum, after.coarseMs - before.coarseMs - coarseErrorMs);
}

export function residentMib(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}
