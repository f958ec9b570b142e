import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseMountinfo } from '../../../receiver/kubelet/mounts.ts';
import { createPodVolumeLister } from '../../../receiver/kubelet/pod-volumes.ts';
import { loadNative } from '../../../receiver/nvme/native.ts';
import { askOnThread, createFileSystems } from '../../../receiver/volume-usage/file-systems.ts';
import { createVolumeUsageReceiver } from '../../../receiver/volume-usage/receiver.ts';
import type { ComponentContext, Receiver } from '../../component.ts';
import { globSelector } from '../../config/glob.ts';
import { productVersion } from '../../resource/version.ts';
import type { VolumeUsageReceiverConfig } from './config.ts';

export function createVolumeUsage(config: VolumeUsageReceiverConfig, context: ComponentContext): Receiver {
  loadNative();
  const { kubelet_path: kubeletPath } = config;
  const selects = globSelector(config.volumes);
  const podsPath = join(kubeletPath, 'pods/');
  const inKubelet = (mountPoint: string) => mountPoint.startsWith(podsPath);
  const receiver = createVolumeUsageReceiver(
    {
      id: context.id,
      kubeletPath,
      minIntervalMs: config.min_interval,
      readTimeoutMs: config.read_timeout,
      includes: ({ persistentVolume, volumeId, driver }) =>
        selects([persistentVolume, driver, ...(volumeId === undefined ? [] : [volumeId])]),
      version: productVersion(),
    },
    {
      volumes: createPodVolumeLister(kubeletPath),
      mounts: async () => parseMountinfo(await readFile('/proc/self/mountinfo', 'utf8'), inKubelet),
      fileSystems: createFileSystems(askOnThread, () => performance.now()),
      log: context.logger,
      meter: context.meter,
      monotonicNow: () => performance.now(),
      wallNow: () => Date.now(),
    },
  );
  return {
    simulated: false,
    collect: () => receiver.collect(),
    // It reads no drive.
    latest: () => {
      const readAtMs = receiver.latestReadAtMs();
      return readAtMs === undefined ? undefined : { readAtMs, volumes: [] };
    },
    shutdown: () => receiver.shutdown(),
  };
}
