import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Two questions to sysfs, for what the stream of metrics cannot tell. */
export interface NodeDevices {
  /** Whether a volume is there after all, or may be: the receiver may be told to leave it out. */
  hasVolume(volumeId: string): boolean;
  /** A disk with partitions is the node's own: a volume of a claim has its file system on the whole. */
  hasPartitions(device: string): boolean;
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function serialOf(folder: string): string {
  try {
    return readFileSync(join(folder, 'serial'), 'latin1').trim();
  } catch {
    return '';
  }
}

/** sysfs is memory of the kernel's: nothing here waits for a disk. */
export function createNodeDevices(sysPath: string): NodeDevices {
  const controllers = join(sysPath, 'class/nvme');
  const plain = (id: string) => id.replace('-', '');
  /** A Xen instance has its EBS volumes as `xvdba`, and nothing says which is which. */
  const isXen = () => names(join(sysPath, 'class/block')).some((name) => name.startsWith('xvd'));
  return {
    hasVolume: (volumeId) =>
      isXen() ||
      names(controllers).some((name) => plain(serialOf(join(controllers, name))) === plain(volumeId)),
    hasPartitions: (device) =>
      names(join(sysPath, 'class/block', device)).some((name) => name.startsWith(`${device}p`)),
  };
}
