import type { VolumeKind } from '../statistics.ts';
import { hash } from './noise.ts';

/** What the simulated volumes are used for. */

const kibi = 1024;
const mebi = 1024 * kibi;

/** Every demand repeats after this time; so days of history need no days of integration. */
export const periodSeconds = 300;

/** What a volume is and does. */
interface ProfileSettings {
  readonly kind: VolumeKind;
  readonly limits: { readonly iops: number; readonly bytesPerSecond: number };
  /** Which of the instance's limits the volume runs into together with its like, where it does. */
  readonly competesFor?: 'iops' | 'throughput';
  readonly readShare: number;
  /** Sizes of consecutive operations, bytes, over and over. */
  readonly readSizes: readonly number[];
  readonly writeSizes: readonly number[];
  /** Median latency without load, µs. */
  readonly readMicros: number;
  readonly writeMicros: number;
  /** Operations that its applications keep in flight at most: what the queue grows to when a limit is hit. */
  readonly concurrency: number;
  /** Operations per second that its applications want, on average, at a second of the period. */
  readonly demand: (second: number) => number;
  /** How long it has been attached when the simulation starts, in periods. */
  readonly historyPeriods: number;
  /** Detached and attached again, over and over. Divides the period. */
  readonly reattachment?: {
    readonly everySeconds: number;
    readonly absentSeconds: number;
    /** Age of the attachment when the simulation starts. */
    readonly initialAgeSeconds: number;
  };
}

export interface Profile extends ProfileSettings {
  /** Bytes of an average operation. */
  readonly operationBytes: number;
  /** Operations per second that the volume's own limits let through. */
  readonly allowedPerSecond: number;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function profile(settings: ProfileSettings): Profile {
  const { limits, readShare, readSizes, writeSizes } = settings;
  const operationBytes = readShare * mean(readSizes) + (1 - readShare) * mean(writeSizes);
  const allowedPerSecond = Math.min(limits.iops, limits.bytesPerSecond / operationBytes);
  return { ...settings, operationBytes, allowedPerSecond };
}

/** 0 between surges, 1 within, with flanks of two seconds. */
function surge(second: number, everySeconds: number, lengthSeconds: number): number {
  const into = second % everySeconds;
  return Math.max(0, Math.min(1, into / 2, (lengthSeconds - into) / 2));
}

/** gp3 as delivered: 3,000 IOPS, 125 MiB/s. */
const gp3 = { iops: 3000, bytesPerSecond: 125 * mebi };

/** Every 75 s a burst runs into the volume's IOPS limit. */
const database = profile({
  kind: 'ebs',
  limits: gp3,
  readShare: 0.7,
  readSizes: [16 * kibi, 16 * kibi, 8 * kibi, 16 * kibi, 32 * kibi],
  writeSizes: [8 * kibi, 16 * kibi, 8 * kibi, 4 * kibi],
  readMicros: 520,
  writeMicros: 680,
  concurrency: 48,
  demand: (second) => 1350 + 2900 * surge(second, 75, 20),
  historyPeriods: 570,
});

/** A log: large sequential writes, at the volume's throughput limit while it is compacted. */
const log = profile({
  kind: 'ebs',
  limits: gp3,
  readShare: 0.04,
  readSizes: [128 * kibi],
  writeSizes: [256 * kibi, 256 * kibi, 256 * kibi, 64 * kibi],
  readMicros: 900,
  writeMicros: 1400,
  concurrency: 32,
  demand: (second) => 330 + 420 * surge(second, 50, 14),
  historyPeriods: 570,
});

/** A volume of short-lived jobs: detached every two and a half minutes, and back with counters at zero. */
const scratch = profile({
  kind: 'ebs',
  limits: gp3,
  readShare: 0.5,
  readSizes: [64 * kibi, 16 * kibi],
  writeSizes: [64 * kibi],
  readMicros: 600,
  writeMicros: 820,
  concurrency: 16,
  demand: (second) => 280 + 500 * surge(second, 30, 10),
  historyPeriods: 0,
  reattachment: { everySeconds: 150, absentSeconds: 10, initialAgeSeconds: 90 },
});

/** A cache on the instance's own drive. */
const cache = profile({
  kind: 'instance_store',
  limits: { iops: 40_000, bytesPerSecond: 1500 * mebi },
  readShare: 0.85,
  readSizes: [4 * kibi, 4 * kibi, 8 * kibi, 4 * kibi, 512, 4 * kibi, 16 * kibi, 64 * kibi],
  writeSizes: [4 * kibi, 128 * kibi, 4 * kibi, 256 * kibi],
  readMicros: 78,
  writeMicros: 19,
  concurrency: 64,
  demand: (second) => 9000 + 35_000 * surge(second, 100, 6),
  historyPeriods: 576,
});

/** The operating system's disk: hardly anything to do. */
const root = profile({
  kind: 'ebs',
  limits: gp3,
  readShare: 0.15,
  readSizes: [4 * kibi, 16 * kibi],
  writeSizes: [4 * kibi, 8 * kibi, 4 * kibi, 64 * kibi],
  readMicros: 560,
  writeMicros: 760,
  concurrency: 8,
  demand: (second) => 9 + 60 * surge(second, 60, 5),
  historyPeriods: 576,
});

/** Scans large blocks: the scanning volumes together want more throughput than the instance has left. */
const scan = profile({
  kind: 'ebs',
  limits: { iops: 16_000, bytesPerSecond: 1000 * mebi },
  competesFor: 'throughput',
  readShare: 0.97,
  readSizes: [256 * kibi],
  writeSizes: [128 * kibi],
  readMicros: 1100,
  writeMicros: 1300,
  concurrency: 64,
  demand: (second) => 900 + 2700 * surge(second, 150, 45),
  historyPeriods: 288,
});

/** Builds indexes of small blocks: those volumes together want more IOPS than the instance has left. */
const index = profile({
  kind: 'ebs',
  limits: { iops: 16_000, bytesPerSecond: 500 * mebi },
  competesFor: 'iops',
  readShare: 0.6,
  readSizes: [8 * kibi],
  writeSizes: [16 * kibi],
  readMicros: 480,
  writeMicros: 640,
  concurrency: 64,
  demand: (second) => 4200 + 9800 * surge(second + 75, 150, 30),
  historyPeriods: 240,
});

/** The first ones show everything there is to see; the others are more of the usual. */
const first: readonly Profile[] = [database, log, scratch, cache, root, scan, index];
const others: readonly Profile[] = [database, scan, root, log, index];

/** The volume at a position, as it is used. Not all of one profile are equally busy, nor busy at the same time. */
export interface Plan {
  readonly profile: Profile;
  readonly busyness: number;
  /** Ahead of the others by so many seconds of the period. */
  readonly aheadSeconds: number;
}

export function planVolumes(count: number, seed: number): readonly Plan[] {
  return Array.from({ length: count }, (_, position) => {
    const shown = first[position];
    if (shown !== undefined) return { profile: shown, busyness: 1, aheadSeconds: 0 };
    const usual = others[(position - first.length) % others.length] ?? root;
    return {
      profile: usual,
      busyness: 0.9 + 0.2 * hash(seed, position, 1),
      // Volumes run into the instance's limit because they are busy at the same time.
      aheadSeconds: usual.competesFor === undefined ? Math.floor(hash(seed, position, 2) * periodSeconds) : 0,
    };
  });
}
