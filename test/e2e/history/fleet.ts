import type { Attributes } from '@opentelemetry/api';
import { attribute } from '../../../receiver/nvme/attributes.ts';
import type { VolumeKind } from '../../../receiver/nvme/statistics.ts';

/** Two clusters in which there is something to find for every question in docs/queries.md. */

/** What a volume does at a moment. */
export interface Load {
  readonly readsPerSecond: number;
  readonly writesPerSecond: number;
  readonly operationBytes: number;
  readonly micros: number;
  /** Shares of the time beyond a limit. */
  readonly volumeIops?: number;
  readonly volumeThroughput?: number;
  readonly instanceIops?: number;
  readonly instanceThroughput?: number;
  readonly queueLength?: number;
}

export interface Usage {
  readonly sizeBytes: number;
  /** 0 to 1. */
  readonly used: (hour: number) => number;
  readonly inodesUsed: number;
}

export interface FleetVolume {
  readonly kind: VolumeKind;
  readonly id: string;
  readonly device: string;
  readonly owner?: Attributes;
  /** Hours at which it is attached anew, with counters at zero. */
  readonly attachedAtHours?: readonly number[];
  readonly load: (hour: number) => Load | 'timeout' | 'no device';
  readonly usage?: Usage;
}

export interface FleetNode {
  readonly cluster: string;
  readonly node: string;
  readonly volumes: readonly FleetVolume[];
  /** The collector answers no scrape from then on. */
  readonly downFromHour?: number;
  /** Its backend takes nothing, Kubernetes and it disagree, its API calls fail. */
  readonly inTrouble?: boolean;
}

/** How much of it there is. Questions are asked at the end. */
export const hours = 26;

const owner = (namespace: string, claim: string, pod: string): Attributes => ({
  [attribute.namespace]: namespace,
  [attribute.persistentVolumeClaim]: claim,
  [attribute.persistentVolume]: `pvc-${claim}`,
  [attribute.pod]: pod,
});

const gibi = 2 ** 30;
const steady = (used: number, sizeGibi = 100): Usage => ({
  sizeBytes: sizeGibi * gibi,
  used: () => used,
  inodesUsed: 0.1,
});

/** 0 at night, 1 in the afternoon. */
const day = (hour: number): number => Math.max(0, Math.sin(((hour - 8) / 12) * Math.PI));

const modest: Load = { readsPerSecond: 40, writesPerSecond: 60, operationBytes: 16_384, micros: 700 };

const postgres: FleetVolume = {
  kind: 'ebs',
  id: 'vol-0aaaaaaaaaaaaaaa1',
  device: 'nvme1n1',
  owner: owner('shop', 'data-postgres-0', 'postgres-0'),
  load: (hour) => ({
    readsPerSecond: 900 + 1500 * day(hour) + (hour > 25 ? 600 : 0),
    writesPerSecond: 400,
    operationBytes: 16_384,
    micros: hour > 25 ? 60_000 : 900,
    volumeIops: hour > 25 ? 0.35 : 0.2 * day(hour),
    queueLength: hour > 25 ? 46 : 3,
  }),
  usage: { sizeBytes: 200 * gibi, used: (hour) => 0.5 + 0.018 * hour, inodesUsed: 0.02 },
};

const kafka: FleetVolume = {
  kind: 'ebs',
  id: 'vol-0aaaaaaaaaaaaaaa2',
  device: 'nvme2n1',
  owner: owner('shop', 'logs-kafka-0', 'kafka-0'),
  load: () => ({
    readsPerSecond: 20,
    writesPerSecond: 480,
    operationBytes: 262_144,
    micros: 3000,
    volumeThroughput: 0.2,
    queueLength: 12,
  }),
  usage: steady(0.9, 500),
};

const root: FleetVolume = {
  kind: 'ebs',
  id: 'vol-0aaaaaaaaaaaaaaa3',
  device: 'nvme0n1',
  load: () => ({ ...modest, readsPerSecond: 2, writesPerSecond: 8 }),
};

const shared = (device: string): FleetVolume => ({
  kind: 'ebs',
  id: 'vol-0ddddddddddddddd1',
  device,
  owner: owner('cluster-fs', 'shared', 'gfs-0'),
  load: () => modest,
});

const scan: FleetVolume = {
  kind: 'ebs',
  id: 'vol-0bbbbbbbbbbbbbbb1',
  device: 'nvme1n1',
  owner: owner('analytics', 'scan-0', 'scan-0'),
  load: (hour) => ({
    readsPerSecond: 1800,
    writesPerSecond: 5,
    operationBytes: 262_144,
    micros: 4500,
    instanceThroughput: hour > 20 ? 0.5 : 0,
    queueLength: 64,
  }),
  usage: steady(0.7, 1000),
};

const index: FleetVolume = {
  kind: 'ebs',
  id: 'vol-0bbbbbbbbbbbbbbb2',
  device: 'nvme2n1',
  owner: owner('analytics', 'index-0', 'index-0'),
  load: () => ({
    readsPerSecond: 6000,
    writesPerSecond: 3000,
    operationBytes: 8192,
    micros: 600,
    instanceIops: 0.15,
    queueLength: 30,
  }),
  usage: steady(0.6, 300),
};

const cache: FleetVolume = {
  kind: 'instance_store',
  id: 'AWS14BE4082584B141CB',
  device: 'nvme5n1',
  load: () => ({
    readsPerSecond: 20_000,
    writesPerSecond: 2000,
    operationBytes: 4096,
    micros: 90,
    instanceIops: 0.05,
  }),
};

const hungFromHour = hours - 0.5;
const redis: FleetVolume = {
  kind: 'ebs',
  id: 'vol-0bbbbbbbbbbbbbbb3',
  device: 'nvme3n1',
  owner: owner('shop', 'data-redis-0', 'redis-0'),
  load: (hour) =>
    hour > hungFromHour ? { ...modest, readsPerSecond: 0, writesPerSecond: 0, queueLength: 7 } : modest,
  usage: steady(0.3),
};

const archive: FleetVolume = {
  kind: 'ebs',
  id: 'vol-0bbbbbbbbbbbbbbb4',
  device: 'nvme4n1',
  owner: owner('shop', 'archive-0', 'archive-0'),
  load: () => ({ ...modest, readsPerSecond: 0, writesPerSecond: 0 }),
  usage: { ...steady(0.05, 1000), inodesUsed: 0.98 },
};

const stagingPostgres: FleetVolume = {
  kind: 'ebs',
  id: 'vol-0ccccccccccccccc1',
  device: 'nvme1n1',
  owner: owner('shop', 'data-postgres-0', 'postgres-0'),
  attachedAtHours: [10, 18],
  load: () => modest,
  usage: steady(0.4),
};

const unreadable: FleetVolume = {
  kind: 'ebs',
  id: 'vol-0ccccccccccccccc2',
  device: 'nvme2n1',
  owner: owner('ci', 'cache-0', 'runner-0'),
  load: (hour) => (hour > hours - 1 ? 'timeout' : modest),
  usage: steady(0.2),
};

const lost: FleetVolume = {
  kind: 'ebs',
  id: 'vol-0ccccccccccccccc3',
  device: 'nvme3n1',
  owner: owner('ci', 'artifacts-0', 'artifacts-0'),
  load: () => 'no device',
  usage: steady(0.2),
};

export const fleet: readonly FleetNode[] = [
  { cluster: 'production', node: 'node-1', volumes: [root, postgres, kafka, shared('nvme3n1')] },
  {
    cluster: 'production',
    node: 'node-2',
    volumes: [scan, index, redis, archive, cache, shared('nvme6n1')],
  },
  {
    cluster: 'staging',
    node: 'node-3',
    volumes: [stagingPostgres, unreadable, lost],
    inTrouble: true,
  },
  { cluster: 'staging', node: 'node-4', volumes: [], downFromHour: hours - 0.5 },
];
