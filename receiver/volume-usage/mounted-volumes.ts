import { basename } from 'node:path';
import type { Mount } from '../kubelet/mounts.ts';
import type { PodVolume } from '../kubelet/pod-volumes.ts';

/** A PersistentVolume with a file system that is mounted, and where to ask it. */
export interface MountedVolume {
  readonly volume: PodVolume;
  readonly path: string;
  readonly mount: Mount;
  /** The block device below, `nvme1n1`, where there is one. */
  readonly device: string | undefined;
}

const blockDevice = /^\/dev\/(?:nvme\d+n\d+|xvd[a-z]+|sd[a-z]+)$/;

/**
 * Each volume once, where the pod has it that has had it longest. A volume whose folder is there and whose file system is
 * not mounted is left out: the kubelet is just mounting or unmounting it, and who asks there is told about the disk of
 * the node.
 *
 * @param volumes those published first before the others
 */
export function mountedVolumes(
  volumes: readonly PodVolume[],
  mounts: ReadonlyMap<string, Mount>,
): readonly MountedVolume[] {
  const found = new Map<string, MountedVolume>();
  for (const volume of volumes) {
    const { mountPath: path, persistentVolume } = volume;
    const mount = path === undefined ? undefined : mounts.get(path);
    if (path === undefined || mount === undefined || found.has(persistentVolume)) continue;
    const device = blockDevice.test(mount.source) ? basename(mount.source) : undefined;
    found.set(persistentVolume, { volume, path, mount, device });
  }
  return [...found.values()];
}

/** Whether what was asked was still the volume when it had answered, and not the folder below. */
export function isStillMounted({ path, mount }: MountedVolume, after: ReadonlyMap<string, Mount>): boolean {
  return after.get(path)?.id === mount.id;
}
