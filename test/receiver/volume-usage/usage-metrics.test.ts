import { expect } from 'chai';
import { createUsageMetrics, type VolumeUsage } from '../../../receiver/volume-usage/usage-metrics.ts';

const publishedAtMs = 100_000;
const usageOf = (persistentVolume: string): VolumeUsage => ({
  mounted: {
    volume: {
      persistentVolume,
      driver: 'ebs.csi.aws.com',
      handle: 'vol-0123456789abcdef0',
      volumeId: 'vol-0123456789abcdef0',
      podUid: 'a',
      mountPath: '/a',
      publishedAtMs,
      nodeName: undefined,
    },
    path: '/a',
    mount: { id: 1, mountPoint: '/a', fileSystem: 'ext4', source: '/dev/nvme1n1' },
    device: 'nvme1n1',
  },
  usage: { capacityBytes: 3, availableBytes: 1, usedBytes: 2, inodes: undefined },
});

describe('the metrics of usages', () => {
  const pointAt = (metrics: ReturnType<typeof createUsageMetrics>, readAtMs: number) => {
    const point = metrics([usageOf('pvc-1')], readAtMs).metrics[0]?.dataPoints[0];
    if (point === undefined) throw new Error('there is no point');
    return point;
  };

  it('begin when the volume was published, and carry the same attributes object at each reading', () => {
    const metrics = createUsageMetrics('1');
    const [first, second] = [pointAt(metrics, 150_000), pointAt(metrics, 160_000)];
    expect([first.startTime, second.startTime]).to.deep.equal([
      [100, 0],
      [100, 0],
    ]);
    expect(second.attributes).to.equal(first.attributes);
  });

  it('begin not after their reading where the clock was set back, and do not begin anew with each', () => {
    const metrics = createUsageMetrics('1');
    const starts = [150_000, 40_000, 50_000, 160_000].map((at) => pointAt(metrics, at).startTime[0]);
    expect(starts).to.deep.equal([100, 40, 40, 40]);
  });
});
