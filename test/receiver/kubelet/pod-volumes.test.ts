import { mkdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { createPodVolumeLister, type PodVolume } from '../../../receiver/kubelet/pod-volumes.ts';
import { createKubelet, testNode, testPod, type Kubelet } from '../../fixtures/kubelet.ts';

const pod = testPod(1);
const other = testPod(2);
const volume = { persistentVolume: 'pvc-1', handle: 'vol-0123456789abcdef0' };
const names = (volumes: readonly PodVolume[]) =>
  volumes.map(({ persistentVolume, podUid }) => [persistentVolume, podUid]);

describe("the kubelet's volumes", () => {
  let kubelet: Kubelet;
  let list: ReturnType<typeof createPodVolumeLister>;
  beforeEach(() => {
    kubelet = createKubelet();
    for (const each of [pod, other]) kubelet.addPod(each);
    list = createPodVolumeLister(kubelet.path);
  });
  afterEach(() => kubelet.remove());

  it('are file systems, with the place where they are mounted', async () => {
    const publishedAtMs = 1_700_000_000_000;
    kubelet.publish(pod, { ...volume, publishedAtMs });
    expect(await list()).to.deep.equal([
      {
        persistentVolume: 'pvc-1',
        driver: 'ebs.csi.aws.com',
        handle: 'vol-0123456789abcdef0',
        volumeId: 'vol-0123456789abcdef0',
        podUid: pod.uid,
        mountPath: kubelet.mountPath(pod, volume),
        publishedAtMs,
        nodeName: testNode,
      },
    ]);
  });

  it('are block devices too', async () => {
    kubelet.publish(pod, { ...volume, mode: 'block' });
    const [found] = await list();
    expect(found).to.include({ ...volume, podUid: pod.uid, mountPath: undefined });
  });

  it('come once for each pod that has them, the one that has had it longest first', async () => {
    kubelet.publish(pod, { ...volume, publishedAtMs: 1_700_000_002_000 });
    kubelet.publish(other, { ...volume, publishedAtMs: 1_700_000_001_000 });
    expect(names(await list())).to.deep.equal([
      ['pvc-1', other.uid],
      ['pvc-1', pod.uid],
    ]);
  });

  it('are those of other drivers as well, without an EBS volume', async () => {
    kubelet.publish(pod, { persistentVolume: 'files', handle: 'fs-01234567', driver: 'efs.csi.aws.com' });
    expect((await list())[0]).to.include({ driver: 'efs.csi.aws.com', volumeId: undefined });
  });

  it('are not those of a pod alone', async () => {
    kubelet.publish(pod, { ...volume, isEphemeral: true });
    expect(await list()).to.deep.equal([]);
  });

  for (const mode of ['filesystem', 'block'] as const) {
    it(`say what they said while the kubelet writes or removes its file (${mode})`, async () => {
      kubelet.publish(pod, { ...volume, mode });
      const before = await list();
      kubelet.truncate(pod, { ...volume, mode });
      expect(await list()).to.deep.equal(before);
      kubelet.beginUnmount(pod, { ...volume, mode });
      expect(await list()).to.deep.equal(before);
      kubelet.unpublish(pod, { ...volume, mode });
      expect(await list()).to.deep.equal([]);
    });

    it(`are not there before their file is (${mode})`, async () => {
      kubelet.publish(pod, { ...volume, mode });
      kubelet.truncate(pod, { ...volume, mode });
      expect(await list()).to.deep.equal([]);
      kubelet.publish(other, { ...volume, persistentVolume: 'pvc-2' });
      expect(names(await list())).to.deep.equal([['pvc-2', other.uid]]);
    });
  }

  it('are read anew where a file changed', async () => {
    kubelet.publish(pod, volume);
    await list();
    kubelet.unpublish(pod, volume);
    kubelet.publish(pod, { ...volume, handle: 'vol-0fedcba9876543210' });
    expect((await list())[0]).to.include({ volumeId: 'vol-0fedcba9876543210' });
  });

  /** The file is written again, and everything but what is in it stays. */
  const rewrite = async (atMs: number): Promise<PodVolume | undefined> => {
    kubelet.publish(pod, volume);
    const file = join(kubelet.mountPath(pod, volume), '../vol_data.json');
    utimesSync(file, atMs / 1000, atMs / 1000);
    await list();
    kubelet.publish(pod, { ...volume, handle: 'vol-0fedcba9876543210' });
    utimesSync(file, atMs / 1000, atMs / 1000);
    return (await list())[0];
  };

  it('are read anew where a file was written again within one tick of its clock', async () => {
    // As late as it may be: the test may stand still before it looks.
    expect(await rewrite(Date.now() + 60_000)).to.include({ volumeId: 'vol-0fedcba9876543210' });
  });

  it('are not read again where the file is as it was for long', async () => {
    expect(await rewrite(Date.now() - 60_000)).to.include({ volumeId: volume.handle });
  });

  it('are not looked for in what is no folder', async () => {
    mkdirSync(join(kubelet.path, 'pods', 'stray', 'volumes/kubernetes.io~csi/empty'), { recursive: true });
    expect(await list()).to.deep.equal([]);
  });

  it('cannot be told where there is no kubelet', async () => {
    rmSync(join(kubelet.path, 'pods'), { recursive: true });
    await list().then(
      () => expect.fail('it was told'),
      ({ message }: Error) =>
        expect(message).to.equal(
          `ENOENT: no such file or directory, scandir '${kubelet.path}/pods' (mount the host's folder there, or say in kubelet_path where it is)`,
        ),
    );
  });
});
