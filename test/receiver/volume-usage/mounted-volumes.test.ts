import { expect } from 'chai';
import type { Mount } from '../../../receiver/kubelet/mounts.ts';
import type { PodVolume } from '../../../receiver/kubelet/pod-volumes.ts';
import { isStillMounted, mountedVolumes } from '../../../receiver/volume-usage/mounted-volumes.ts';

const volume = (persistentVolume: string, mountPath?: string): PodVolume => ({
  persistentVolume,
  driver: 'ebs.csi.aws.com',
  handle: 'vol-0123456789abcdef0',
  volumeId: 'vol-0123456789abcdef0',
  podUid: 'a',
  mountPath,
  publishedAtMs: 0,
  nodeName: undefined,
});
const mounts = (...entries: readonly (readonly [string, string, number?])[]) =>
  new Map(
    entries.map(([mountPoint, source, id = 1]): [string, Mount] => [
      mountPoint,
      { id, mountPoint, fileSystem: 'ext4', source },
    ]),
  );

describe('mounted volumes', () => {
  it('are asked where they are mounted, and know their device', () => {
    const found = mountedVolumes([volume('pvc-1', '/a')], mounts(['/a', '/dev/nvme3n1']));
    expect(found.map(({ path, device }) => [path, device])).to.deep.equal([['/a', 'nvme3n1']]);
  });

  it('have no device where a server has the files', () => {
    const found = mountedVolumes([volume('files', '/a')], mounts(['/a', '10.0.0.7:/dev/nvme3n1']));
    expect(found.map(({ device }) => device)).to.deep.equal([undefined]);
  });

  it('are asked once, where they have been longest', () => {
    const found = mountedVolumes(
      [volume('pvc-1', '/a'), volume('pvc-1', '/b')],
      mounts(['/a', '/dev/nvme3n1'], ['/b', '/dev/nvme3n1']),
    );
    expect(found.map(({ path }) => path)).to.deep.equal(['/a']);
  });

  it('are not those that are not mounted yet, or any more, or have no file system', () => {
    const found = mountedVolumes(
      [volume('pvc-1', '/a'), volume('pvc-1', '/b'), volume('pvc-2', '/c'), volume('block')],
      mounts(['/b', '/dev/nvme3n1']),
    );
    expect(found.map(({ path }) => path)).to.deep.equal(['/b']);
  });

  it('are not what came to the same place meanwhile', () => {
    const [found] = mountedVolumes([volume('pvc-1', '/a')], mounts(['/a', '/dev/nvme3n1', 7]));
    expect(isStillMounted(found!, mounts(['/a', '/dev/nvme3n1', 7]))).to.equal(true);
    expect(isStillMounted(found!, mounts(['/a', '/dev/nvme3n1', 8]))).to.equal(false);
    expect(isStillMounted(found!, mounts())).to.equal(false);
  });
});
