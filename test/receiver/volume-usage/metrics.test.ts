import { expect } from 'chai';
import { usageOf } from '../../../receiver/volume-usage/file-systems.ts';
import { usageMetrics } from '../../../receiver/volume-usage/metrics.ts';

const valuesOf = (...numbers: readonly number[]) =>
  Object.fromEntries(usageMetrics.map(({ name, value }) => [name, value(usageOf(numbers))]));

describe('the usage metrics', () => {
  it('count as df and the kubelet do', () => {
    // A tenth is kept for root.
    expect(valuesOf(4096, 1000, 400, 300, 64, 60)).to.deep.equal({
      'k8s.volume.capacity': 4_096_000,
      'k8s.volume.available': 1_228_800,
      'k8s.volume.usage': 2_457_600,
      'k8s.volume.utilization': 600 / 900,
      'k8s.volume.inode.count': 64,
      'k8s.volume.inode.free': 60,
      'k8s.volume.inode.used': 4,
    });
  });

  it('have no inodes where the file system makes them as it needs them', () => {
    expect(valuesOf(4096, 1000, 400, 300, 0, 0)).to.include({
      'k8s.volume.inode.count': undefined,
      'k8s.volume.inode.used': undefined,
    });
  });

  it('have no share of nothing', () => {
    expect(valuesOf(4096, 0, 0, 0, 0, 0)).to.include({
      'k8s.volume.capacity': 0,
      'k8s.volume.utilization': undefined,
    });
  });
});
