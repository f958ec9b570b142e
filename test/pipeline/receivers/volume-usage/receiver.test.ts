import { expect } from 'chai';
import { metricsOf } from '../../../../receiver/columns.ts';
import type { Receiver } from '../../../../pipeline/component.ts';
import { defaultsOf } from '../../../../pipeline/config/schemas/object.ts';
import {
  volumeUsageReceiverConfig,
  type VolumeUsageReceiverConfig,
} from '../../../../pipeline/receivers/volume-usage/config.ts';
import { createVolumeUsage } from '../../../../pipeline/receivers/volume-usage/receiver.ts';
import {
  recordLog,
  recordMetrics,
  type LogLine,
  type OwnValue,
} from '../../../fixtures/component-context.ts';
import { withEnoughTime } from '../../../fixtures/enough-time.ts';
import { eventually } from '../../../fixtures/eventually.ts';
import {
  mountFileSystem,
  type FileSystemMount,
  type MountUsage,
} from '../../../fixtures/file-system-mount/mount.ts';
import { createKubelet, testPod, type Kubelet, type TestVolume } from '../../../fixtures/kubelet.ts';

const usage: MountUsage = {
  blockBytes: 4096,
  blocks: 1000,
  free: 400,
  available: 400,
  inodes: 64,
  freeInodes: 60,
};
const volume = (number: number): TestVolume => ({
  persistentVolume: `pvc-${number}`,
  handle: `vol-${String(number).padStart(17, '0')}`,
});

describe('the receiver volume_usage', () => {
  let kubelet: Kubelet;
  let mounts: FileSystemMount[];
  let receiver: Receiver;
  let started: Receiver[];
  let log: readonly LogLine[];
  let own: () => Promise<readonly OwnValue[]>;
  beforeEach(() => {
    kubelet = createKubelet();
    mounts = [];
    started = [];
  });
  afterEach(async () => {
    for (const mount of mounts) {
      await mount.release();
      await mount.unmount();
    }
    await Promise.all(started.map((each) => each.shutdown()));
    kubelet.remove();
  });

  const start = (config: Partial<VolumeUsageReceiverConfig> = {}): void => {
    const { logger, lines } = recordLog();
    const { meter, values } = recordMetrics();
    log = lines;
    own = values;
    const defaults = defaultsOf(volumeUsageReceiverConfig);
    receiver = createVolumeUsage(
      { ...defaults, kubelet_path: kubelet.path, min_interval: 0, ...config },
      { id: 'volume_usage', logger, meter },
    );
    started.push(receiver);
  };
  /** Publishes a volume to its pod and mounts it there. */
  const mount = async (number: number, of = volume(number)): Promise<FileSystemMount> => {
    const pod = testPod(number);
    kubelet.addPod(pod);
    kubelet.publish(pod, of);
    const mounted = await mountFileSystem(kubelet.mountPath(pod, of), usage);
    mounts.push(mounted);
    return mounted;
  };
  const read = async () => {
    const scopeMetrics = metricsOf(await receiver.collect());
    return scopeMetrics.flatMap(({ metrics }) => metrics);
  };
  const availableNow = async (): Promise<Readonly<Record<string, unknown>>> => {
    const metric = (await read()).find(({ descriptor }) => descriptor.name === 'k8s.volume.available');
    return Object.fromEntries(
      (metric?.dataPoints ?? []).map(({ attributes, value }) => [
        String(attributes['k8s.persistentvolume.name']),
        value,
      ]),
    );
  };

  it("finds the kubelet's folder with a slash at its end too", async () => {
    await mount(1);
    start({ kubelet_path: `${kubelet.path}/` });
    expect(Object.keys(await availableNow())).to.deep.equal(['pvc-1']);
  });

  it('says how full every mounted volume is, and whose it is for others to find', async () => {
    await mount(1);
    await mount(2);
    start();
    const [capacity] = await read();
    expect(capacity?.descriptor).to.include({ name: 'k8s.volume.capacity', unit: 'By' });
    expect(capacity?.dataPoints.map(({ attributes, value }) => [attributes, value])).to.deep.equal([
      [
        {
          'aws.ebs.volume.id': volume(1).handle,
          'system.device.name': 'nvme9n1',
          'k8s.persistentvolume.name': 'pvc-1',
        },
        4_096_000,
      ],
      [
        {
          'aws.ebs.volume.id': volume(2).handle,
          'system.device.name': 'nvme9n1',
          'k8s.persistentvolume.name': 'pvc-2',
        },
        4_096_000,
      ],
    ]);
  });

  it('has read once it was asked, though it found nothing', async () => {
    start();
    expect(receiver.latest()).to.equal(undefined);
    expect(await read()).to.deep.equal([]);
    expect(receiver.latest()).to.have.property('volumes').that.deep.equals([]);
  });

  it('loses only the points of a mount that hangs, and says so once', async () => {
    const hanging = await mount(1);
    await mount(2);
    await hanging.hang();
    const available = await withEnoughTime(
      async (timeoutMs) => {
        start({ read_timeout: timeoutMs });
        return [await availableNow(), await availableNow()];
      },
      (both) => both.every((now) => 'pvc-2' in now),
    );
    for (const now of available) expect(now).to.have.keys('pvc-2');
    const complaints = log.filter(({ level }) => level === 'warn');
    expect(complaints).to.have.length(1);
    expect(complaints[0]).to.include({ persistent_volume: 'pvc-1', 'error.type': 'timeout' });
    expect(await own()).to.deep.include({
      name: 'ebs.collector.mounts',
      attributes: { 'otel.component.name': 'volume_usage', 'ebs.collector.mount.state': 'failed' },
      value: 1,
    });
    await hanging.release();
    await eventually('both volumes', availableNow, (now) => Object.keys(now).length === 2);
    expect(log.at(-1)).to.include({ msg: 'the usage of the volume can be read again', was: 'timeout' });
  });

  it('forgets a volume that is unmounted, and does not take the disk below for it', async () => {
    const first = await mount(1);
    await mount(2);
    start();
    expect(await availableNow()).to.have.keys('pvc-1', 'pvc-2');
    await first.unmount();
    mounts.shift();
    expect(await availableNow()).to.have.keys('pvc-2');
  });

  it('reads the volumes that it is told to', async () => {
    await mount(1);
    await mount(2);
    await mount(3, { persistentVolume: 'files', handle: 'fs-01234567', driver: 'efs.csi.aws.com' });
    start({ volumes: { include: ['ebs.csi.aws.com'], exclude: [volume(2).handle] } });
    expect(await availableNow()).to.have.keys('pvc-1');
  });

  it('gives the same attributes object for as long as a volume stays', async () => {
    await mount(1);
    start();
    const attributesNow = async () => (await read())[0]?.dataPoints[0]?.attributes;
    expect(await attributesNow()).to.equal(await attributesNow());
  });

  it('shares a reading that is younger than its minimum interval', async () => {
    start({ min_interval: 60_000 });
    expect(await receiver.collect()).to.equal(await receiver.collect());
  });

  it('says once what to mount how, where no volume is mounted here', async () => {
    const pod = testPod(1);
    kubelet.addPod(pod);
    kubelet.publish(pod, { ...volume(1), publishedAtMs: Date.now() - 3_600_000 });
    start();
    await read();
    await read();
    expect(log.map(({ msg }) => msg)).to.deep.equal([
      'none of the volumes is mounted here: mount kubelet_path with mountPropagation: HostToContainer, at the path it has on the host',
    ]);
  });

  it('says once that there is no kubelet, and reads on', async () => {
    start({ kubelet_path: '/no/such/kubelet' });
    expect(await read()).to.deep.equal([]);
    await read();
    expect(log).to.have.length(1);
    expect(log[0]?.msg).to.match(/^cannot see which volumes are mounted: ENOENT/);
  });
});
