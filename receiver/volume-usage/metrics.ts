import type { FileSystemUsage } from './file-systems.ts';

/**
 * The table of usage metrics: the single source of names, units and descriptions. Names end as OpenTelemetry's
 * `k8s.pod.volume.*` do; the pod is left out of them because a volume is counted once, however many pods mount it.
 * https://opentelemetry.io/docs/specs/semconv/system/k8s-metrics/
 */

export interface UsageMetric {
  readonly name: string;
  /** UCUM. */
  readonly unit: string;
  readonly description: string;
  /** undefined where the file system has no such thing. */
  readonly value: (usage: FileSystemUsage) => number | undefined;
}

export const capacity: UsageMetric = {
  name: 'k8s.volume.capacity',
  unit: 'By',
  description: 'Size of the file system on the volume.',
  value: ({ capacityBytes }) => capacityBytes,
};

export const available: UsageMetric = {
  name: 'k8s.volume.available',
  unit: 'By',
  description: 'Bytes that pods can still write; what is kept for root is not among them.',
  value: ({ availableBytes }) => availableBytes,
};

export const used: UsageMetric = {
  name: 'k8s.volume.usage',
  unit: 'By',
  description: 'Bytes in use on the file system.',
  value: ({ usedBytes }) => usedBytes,
};

export const utilization: UsageMetric = {
  name: 'k8s.volume.utilization',
  unit: '1',
  description: 'Share of what pods can write that is in use, 0 to 1, as df counts it.',
  value: ({ usedBytes, availableBytes }) =>
    usedBytes + availableBytes === 0 ? undefined : usedBytes / (usedBytes + availableBytes),
};

export const inodeCount: UsageMetric = {
  name: 'k8s.volume.inode.count',
  unit: '{inode}',
  description: 'Inodes of the file system. Absent where it makes them as it needs them.',
  value: ({ inodes }) => inodes?.count,
};

export const inodeFree: UsageMetric = {
  name: 'k8s.volume.inode.free',
  unit: '{inode}',
  description: 'Inodes that are free.',
  value: ({ inodes }) => inodes?.free,
};

export const inodeUsed: UsageMetric = {
  name: 'k8s.volume.inode.used',
  unit: '{inode}',
  description: 'Inodes in use.',
  value: ({ inodes }) => inodes?.used,
};

/** In the order of the documentation. */
export const usageMetrics: readonly UsageMetric[] = [
  capacity,
  available,
  used,
  utilization,
  inodeCount,
  inodeFree,
  inodeUsed,
];
