import { showStats, type StatsIo, type StatsOptions } from '../../../pipeline/cli/stats.ts';
import type { Screen } from '../../../pipeline/cli/terminal/look.ts';
import type { Statistics } from '../../../receiver/nvme/statistics.ts';
import {
  ebsVolume,
  instanceStoreVolume,
  scriptedMachine,
  wallStartMs,
  type ScriptedMachine,
} from '../../fixtures/volumes.ts';
import { createFakeScreen, type FakeScreen } from './fake-screen.ts';
import { latency } from './real-pages.ts';

/** The command `stats` on a machine whose drives and time a test moves. */

export const first = ebsVolume(1, 'vol-0123456789abcdef0');
export const second = ebsVolume(2, 'vol-0aaaaaaaaaaaaaaaa');
export const local = instanceStoreVolume(3);

interface Run {
  readonly machine: ScriptedMachine;
  readonly screen: FakeScreen;
  readonly exitCode: number;
}

interface Scene {
  readonly machine: ScriptedMachine;
  readonly options?: Partial<StatsOptions>;
  readonly screen?: Partial<Screen>;
  readonly foreign?: StatsIo['foreign'];
  /** What happens to the machine while the command waits, an entry an interval; Ctrl-C after the last. */
  readonly meanwhile?: readonly (() => void)[];
}

export async function run({
  machine,
  options,
  screen: settings,
  foreign = [],
  meanwhile = [],
}: Scene): Promise<Run> {
  const screen = createFakeScreen(settings);
  const interrupt = new AbortController();
  const happenings = [...meanwhile];
  const exitCode = await showStats(
    { targets: [], intervalMs: undefined, count: undefined, json: false, ...options },
    {
      screen,
      source: machine,
      foreign,
      readTimeoutMs: 2000,
      now: () => wallStartMs + machine.nowMs,
      monotonicNow: () => machine.nowMs,
      signal: interrupt.signal,
      sleep: async (ms) => {
        machine.nowMs += ms;
        const happening = happenings.shift();
        if (happening === undefined) interrupt.abort();
        else happening();
      },
    },
  );
  return { machine, screen, exitCode };
}

export function machineWith(
  ...drives: readonly (readonly [typeof first, Statistics | 'timeout' | 'permission_denied'])[]
) {
  const machine = scriptedMachine();
  machine.drives = new Map(drives);
  machine.attachedAtMs = wallStartMs - 3_600_000;
  return machine;
}

/** What a page becomes after some load that ran into the volume's IOPS limit. */
export function later(page: Statistics): Statistics {
  return {
    ...page,
    readOperations: page.readOperations + 4200,
    writeOperations: page.writeOperations + 1800,
    readBytes: page.readBytes + 4200 * 16_384,
    writeBytes: page.writeBytes + 1800 * 8192,
    readTimeMicros: page.readTimeMicros + 61_000_000,
    writeTimeMicros: page.writeTimeMicros + 31_000_000,
    volumeIopsExceededMicros: page.volumeIopsExceededMicros + 2_000_000,
    instanceThroughputExceededMicros: page.instanceThroughputExceededMicros + 90_000,
    queueLength: 47,
    readLatency: latency({ 8: 14, 9: 620, 10: 231, 11: 19, 13: 404, 14: 3301, 15: 500, 16: 1 }),
    writeLatency: latency({ 9: 90, 10: 8024, 11: 2911, 12: 604, 13: 120, 14: 1600, 15: 241, 27: 2 }),
  };
}
