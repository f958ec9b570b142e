import type { Attributes } from '@opentelemetry/api';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { attribute } from '../../../../receiver/nvme/attributes.ts';
import { receiverOwnMetrics } from '../../../../receiver/nvme/self-telemetry.ts';
import {
  collectorScope,
  counter,
  deviceStatistics,
  gauge,
  histogram,
  histogramValue,
  point,
  receiverScope,
  resourceMetrics,
  type VolumeFixture,
  volumeMetricData,
} from '../../../fixtures/metrics.ts';
import { bins } from '../../../fixtures/volumes.ts';

/** A node as the golden pages show it: throttled, fresh, failed and instance-store volumes, owned and not. */

export const nodeResource: Attributes = {
  'service.name': 'ebs-nvme-collector',
  'service.version': '0.1.0',
  'host.id': 'i-0123456789abcdef0',
  'host.name': 'ip-10-0-0-1.ec2.internal',
  'cloud.provider': 'aws',
  'k8s.node.name': 'node-1',
  'k8s.cluster.name': 'production',
};

const owned: Attributes = {
  [attribute.namespace]: 'shop',
  [attribute.persistentVolumeClaim]: 'data-postgres-0',
  [attribute.persistentVolume]: 'pvc-6f1c0c9e-7d0b-4b43-9d3f-4a0f0c2b8f11',
  [attribute.pod]: 'postgres-0',
};

export const throttled: VolumeFixture = {
  kind: 'ebs',
  id: 'vol-0aaaaaaaaaaaaaaa1',
  device: 'nvme1n1',
  attributes: owned,
  read: {
    statistics: deviceStatistics({ queueLength: 7 }),
    exceeded: { volumeIops: 0.07, volumeThroughput: 0, instanceIops: 0, instanceThroughput: 1 },
  },
};

/** Read once: nothing to compare with yet. */
export const fresh: VolumeFixture = {
  kind: 'ebs',
  id: 'vol-0bbbbbbbbbbbbbbb2',
  device: 'nvme10n1',
  startTime: [1795231000, 123_000_000],
  read: { statistics: deviceStatistics({ readTimeMicros: 1, writeTimeMicros: 2 ** 50 + 1 }) },
};

export const failed: VolumeFixture = {
  kind: 'ebs',
  id: 'vol-0ccccccccccccccc3',
  device: 'nvme2n1',
  read: { error: 'timeout' },
};

export const instanceStore: VolumeFixture = {
  kind: 'instance_store',
  id: 'AWS14BE4082584B141CB',
  device: 'nvme3n1',
  read: {
    statistics: deviceStatistics({
      kind: 'instance_store',
      version: 1,
      readOperations: 67,
      readBytes: 1101824,
      readTimeMicros: 4284,
      readLatency: bins(0, 0, 1, 20, 46, 0),
      writeLatency: bins(0, 0, 0, 0, 0, 0),
      ioSizeBands: [
        { upperSizeBytes: 4096, readLatency: bins(0, 60, 0), writeLatency: bins(0, 0, 0) },
        { upperSizeBytes: 131072, readLatency: bins(0, 0, 7), writeLatency: bins(0, 0, 0) },
        { upperSizeBytes: Infinity, readLatency: bins(0, 0, 0), writeLatency: bins(0, 0, 0) },
      ],
    }),
    exceeded: { volumeIops: 0, volumeThroughput: 0, instanceIops: 0.5, instanceThroughput: 0 },
  },
};

const { collections, reads, collectionDuration, volumes } = receiverOwnMetrics;

export const collectorMetrics = [
  gauge(
    volumes,
    point(2, { 'ebs.collector.volume.kind': 'ebs', 'ebs.collector.volume.state': 'readable' }),
    point(1, { 'ebs.collector.volume.kind': 'ebs', 'ebs.collector.volume.state': 'failed' }),
  ),
  counter(reads, point(36), point(12, { [attribute.errorType]: 'timeout' })),
  counter(collections, point(12)),
  histogram(collectionDuration, point(histogramValue([0.001, 0.01, 0.1, 1], [2, 9, 1, 0, 0], 0.0873))),
];

export function nodeWith(...fixtures: readonly VolumeFixture[]): ResourceMetrics {
  return resourceMetrics(nodeResource, {
    [receiverScope]: volumeMetricData(fixtures),
    [collectorScope]: collectorMetrics,
  });
}

/** Out of order on purpose: pages are in the order of devices. */
export const wholeNode: ResourceMetrics = nodeWith(fresh, throttled, instanceStore, failed);
