import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseVolumeData, volumeIdIn, type VolumeData } from './volume-data.ts';

/** A PersistentVolume that the kubelet has made available to a pod, as a file system or as a block device. */
export interface PodVolume {
  readonly persistentVolume: string;
  readonly driver: string;
  readonly handle: string;
  /** Where the handle is one of EBS. */
  readonly volumeId: string | undefined;
  readonly podUid: string;
  /** Where the file system is, or is about to be, or was. Absent for a block device. */
  readonly mountPath: string | undefined;
  /** When the kubelet gave it to the pod, ms since the epoch. */
  readonly publishedAtMs: number;
  readonly nodeName: string | undefined;
}

/** Gives the volumes of all pods, the ones that were published first before the others. */
export type ListPodVolumes = () => Promise<readonly PodVolume[]>;

const csi = 'kubernetes.io~csi';

interface Known {
  /** What changes with the file; undefined where it may change without. */
  readonly version: string | undefined;
  readonly data: VolumeData;
}

const goneCodes = new Set(['ENOENT', 'ENOTDIR']);

function isGone(error: unknown): boolean {
  return goneCodes.has((error as NodeJS.ErrnoException).code ?? '');
}

const advice: Readonly<Record<string, string>> = {
  ENOENT: "mount the host's folder there, or say in kubelet_path where it is",
  EACCES: "the kubelet's folders are for root's group: run with group 0",
};

/** For people: what cannot be read, and what to do. */
function withAdvice(error: unknown): unknown {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const remedy = advice[code];
  return remedy === undefined ? error : new Error(`${message} (${remedy})`, { cause: error });
}

async function entries(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

function byPublication(a: PodVolume, b: PodVolume): number {
  return a.publishedAtMs - b.publishedAtMs || (a.podUid < b.podUid ? -1 : 1);
}

/**
 * Looks through the kubelet's folder. One value serves one process: a file that did not change is not read again, and
 * one that cannot be read at the moment, because the kubelet is just writing or removing it, says what it said before.
 *
 * No mounted file system is touched: what hangs must not hang the search. One call to the file system is under way at a
 * time, of the four that Node has threads for.
 *
 * What it gives rejects where the folder cannot be read, and says what to do.
 */
export function createPodVolumeLister(kubeletPath: string): ListPodVolumes {
  const podsPath = join(kubeletPath, 'pods');
  const blockPath = join(kubeletPath, 'plugins/kubernetes.io/csi/volumeDevices');
  let known = new Map<string, Known>();

  /** What the file says now, or said when it could last be read. undefined where it never could. */
  const read = async (path: string, kept: Map<string, Known>): Promise<VolumeData | undefined> => {
    const before = kept.get(path) ?? known.get(path);
    const after = await readChanged(path, before).catch((error: unknown) => {
      if (isGone(error)) return before;
      throw error;
    });
    if (after !== undefined) kept.set(path, after);
    return after?.data;
  };

  const volumeOf = (
    data: VolumeData | undefined,
    rest: Pick<PodVolume, 'podUid' | 'mountPath' | 'publishedAtMs'>,
  ): PodVolume[] => {
    const { persistentVolume, driver, handle, nodeName } = data ?? {};
    if (data?.isEphemeral !== false || persistentVolume === undefined) return [];
    if (driver === undefined || handle === undefined) return [];
    return [{ ...rest, persistentVolume, driver, handle, volumeId: volumeIdIn(handle), nodeName }];
  };

  const fileSystemsOf = async (podUid: string, kept: Map<string, Known>): Promise<PodVolume[]> => {
    const folder = join(podsPath, podUid, 'volumes', csi);
    const found: PodVolume[] = [];
    for (const name of await entries(folder)) {
      const data = await read(join(folder, name, 'vol_data.json'), kept);
      // The folder of a volume is made for one mount of it, and the file in it is written once.
      const publishedAtMs = await birthOf(join(folder, name));
      if (publishedAtMs === undefined) continue;
      found.push(...volumeOf(data, { podUid, mountPath: join(folder, name, 'mount'), publishedAtMs }));
    }
    return found;
  };

  const blockDevicesOf = async (podUid: string, kept: Map<string, Known>): Promise<PodVolume[]> => {
    const folder = join(podsPath, podUid, 'volumeDevices', csi);
    const found: PodVolume[] = [];
    for (const name of await entries(folder)) {
      const data = await read(join(blockPath, name, 'data/vol_data.json'), kept);
      const publishedAtMs = await birthOf(join(folder, name));
      if (publishedAtMs === undefined) continue;
      found.push(...volumeOf(data, { podUid, mountPath: undefined, publishedAtMs }));
    }
    return found;
  };

  const list: ListPodVolumes = async () => {
    const kept = new Map<string, Known>();
    const volumes: PodVolume[] = [];
    for (const podUid of await readdir(podsPath)) {
      volumes.push(...(await fileSystemsOf(podUid, kept)), ...(await blockDevicesOf(podUid, kept)));
    }
    known = kept;
    return volumes.sort(byPublication);
  };
  return () =>
    list().catch((error: unknown) => {
      throw withAdvice(error);
    });
}

/**
 * Kernels before 6.13 stamp files by their tick, which is of at most 10 ms: what is written soon after a reading may have the
 * stamp of what was read.
 */
const longestTickMs = 20;

async function readChanged(path: string, before: Known | undefined): Promise<Known | undefined> {
  const lookedAtMs = Date.now();
  const { mtimeMs, ino, size } = await lstat(path);
  const version = mtimeMs < lookedAtMs - longestTickMs ? `${mtimeMs} ${ino} ${size}` : undefined;
  if (version !== undefined && before?.version === version) return before;
  const data = parseVolumeData(await readFile(path, 'utf8'));
  return data === undefined ? before : { version, data };
}

/** undefined where it is gone. */
async function birthOf(path: string): Promise<number | undefined> {
  try {
    const { birthtimeMs, mtimeMs } = await lstat(path);
    // Not every file system keeps births: then Node gives the change, or nothing.
    return birthtimeMs > 0 ? Math.min(birthtimeMs, mtimeMs) : mtimeMs;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
