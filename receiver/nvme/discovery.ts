import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listFolder } from './native.ts';
import type { VolumeKind } from './statistics.ts';
import type { Volume } from './source.ts';

/** Finds the machine's NVMe drives in sysfs: no privilege, no process, no command to a drive. */

/** A drive that is not Amazon's. It is never sent the statistics command: an unknown log id grows its error log. */
export interface ForeignDrive {
  readonly device: string;
  readonly controller: string;
  readonly model: string;
  readonly serial: string;
}

export interface Drives {
  readonly volumes: readonly Volume[];
  readonly foreign: readonly ForeignDrive[];
}

const kindByModel: ReadonlyMap<string, VolumeKind> = new Map([
  ['Amazon Elastic Block Store', 'ebs'],
  ['Amazon EC2 NVMe Instance Storage', 'instance_store'],
]);

/** The kind of volume behind a controller's model string, as sysfs or Identify Controller give it. */
export function kindOfModel(model: string): VolumeKind | undefined {
  return kindByModel.get(model.trim());
}

/** `vol0123…` as drives report it, `vol-0123…` as everybody else writes it; some drives have the dash already. */
export function volumeId(kind: VolumeKind, serial: string): string {
  return kind === 'ebs' ? serial.replace(/^vol-?/, 'vol-') : serial;
}

function entries(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    // No class/nvme: no NVMe driver. A controller's folder that is gone: it was detached since it was listed.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** undefined while the file is not there: a device that is coming or going. */
function property(folder: string, name: string): string | undefined {
  try {
    return readFileSync(join(folder, name), 'latin1').trim();
  } catch {
    return undefined;
  }
}

const controllerPattern = /^nvme(\d+)$/;
/** A namespace `nvme1n1`, or its hidden path `nvme1c1n1` where the kernel's multipath is on: the head is `nvme1n1`. */
const namespacePattern = /^nvme(\d+)(?:c(\d+))?n(\d+)$/;

/**
 * The block device of a controller's first namespace, by the names in its folder. Partitions lie deeper and `nvme10n1`
 * does not belong to `nvme1`: whole names are compared.
 */
export function namespaceDevice(controller: string, names: readonly string[]): string | undefined {
  const instance = controllerPattern.exec(controller)?.[1];
  const found: { device: string; id: number }[] = [];
  for (const name of names) {
    const match = namespacePattern.exec(name);
    if (match === null) continue;
    const [, head, path, id] = match;
    if ((path ?? head) === instance) found.push({ device: `nvme${head}n${id}`, id: Number(id) });
  }
  return found.sort((a, b) => a.id - b.id)[0]?.device;
}

/** The numbers of the inodes in a listing, by name. */
function inodesIn(listing: string): Map<string, string> {
  const inodes = new Map<string, string>();
  for (const line of listing.split('\n')) {
    const space = line.indexOf(' ');
    if (space > 0) inodes.set(line.slice(space + 1), line.slice(0, space));
  }
  return inodes;
}

/** A controller whose properties were read, kept as long as it and its block device stay. */
interface Known {
  readonly drive: Volume | ForeignDrive;
  /** Of the links to the controller and to its block device in their classes, from before the properties were read. */
  readonly inode: string;
  readonly deviceInode: string | undefined;
}

function isVolume(drive: Volume | ForeignDrive): drive is Volume {
  return 'kind' in drive;
}

function isForeign(drive: Volume | ForeignDrive): drive is ForeignDrive {
  return !isVolume(drive);
}

const deviceNumberPattern = /^\d+:\d+$/;

/**
 * Looks through `<sysPath>/class/nvme`. One value serves one process: while nothing comes or goes it costs two listings,
 * and gives the same drives again.
 *
 * The listings tell whether anything did. When the kernel registers a device it makes a link to it in the folder of its
 * class (device_add in drivers/base/core.c), and the inode of each thing that it makes in sysfs has a number of its own:
 * numbers go round at 2^31, since Linux 5.5 at 2^64 (__kernfs_new_node in fs/kernfs/dir.c). Times and link counts of the
 * folders would tell nothing: links leave them as they are. What is known of a device stays while its link does: a
 * controller keeps its subsystem, which has serial and model (drivers/nvme/host/core.c), and a block device its number.
 * @throws where sysfs is there and cannot be listed
 */
export function createDiscovery(sysPath: string): () => Drives {
  const controllersPath = join(sysPath, 'class', 'nvme');
  const devicesPath = join(sysPath, 'class', 'block');
  let known = new Map<string, Known>();
  /** The latest drives and the listings that they were found with, unless a controller was not ready. */
  let settled:
    { readonly drives: Drives; readonly controllers: string; readonly devices: string } | undefined;

  /** undefined while it is coming or going. */
  const look = (controller: string): Volume | ForeignDrive | undefined => {
    const path = join(controllersPath, controller);
    const serial = property(path, 'serial');
    const model = property(path, 'model');
    if (serial === undefined || serial === '' || model === undefined) return undefined;
    const device = namespaceDevice(controller, entries(path));
    if (device === undefined) return undefined;
    const kind = kindOfModel(model);
    if (kind === undefined) return { device, controller, model, serial };
    const firmware = property(path, 'firmware_rev') ?? '';
    const volume = { kind, id: volumeId(kind, serial), device, controller, model, firmware };
    // The device that is opened is not in this folder where only the hidden path to it is.
    const number = property(join(path, device), 'dev') ?? property(join(devicesPath, device), 'dev');
    const isNumber = number !== undefined && deviceNumberPattern.test(number);
    return isNumber ? { ...volume, deviceNumber: number } : volume;
  };

  return () => {
    const controllers = listFolder(controllersPath);
    const devices = listFolder(devicesPath);
    if (settled?.controllers === controllers && settled.devices === devices) return settled.drives;

    const deviceInodes = inodesIn(devices);
    const listed = [...inodesIn(controllers)]
      .filter(([name]) => controllerPattern.test(name))
      .sort(([a], [b]) => Number(a.slice(4)) - Number(b.slice(4)));
    const found = new Map<string, Known>();
    for (const [controller, inode] of listed) {
      const before = known.get(controller);
      if (before?.inode === inode && before.deviceInode === deviceInodes.get(before.drive.device)) {
        found.set(controller, before);
        continue;
      }
      const drive = look(controller);
      if (drive === undefined) continue;
      found.set(controller, { drive, inode, deviceInode: deviceInodes.get(drive.device) });
    }
    known = found;
    const all = Array.from(found.values(), ({ drive }) => drive);
    const drives = {
      volumes: all.filter(isVolume),
      foreign: all.filter(isForeign),
    };
    settled = found.size === listed.length ? { drives, controllers, devices } : undefined;
    return drives;
  };
}

/** The controller's state in the kernel's words (`live`, `resetting`, `dead`), for people; undefined where gone. */
export function controllerState(sysPath: string, controller: string): string | undefined {
  return property(join(sysPath, 'class', 'nvme', controller), 'state');
}
