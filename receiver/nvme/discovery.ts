import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** A controller's unchanging properties, kept from scan to scan so that a scan costs one file a drive. */
interface Known {
  readonly serial: string;
  readonly model: string;
  readonly firmware: string;
  readonly device: string;
  readonly deviceNumber: string | undefined;
}

const deviceNumberPattern = /^\d+:\d+$/;

/**
 * Looks through `<sysPath>/class/nvme`. One value serves one process: it remembers what cannot change while a serial
 * stays.
 * @throws where sysfs is there and cannot be listed
 */
export function createDiscovery(sysPath: string): () => Drives {
  const root = join(sysPath, 'class', 'nvme');
  let known = new Map<string, Known>();

  const inspect = (controller: string): Known | undefined => {
    const path = join(root, controller);
    const serial = property(path, 'serial');
    const before = known.get(controller);
    if (serial === undefined || serial === before?.serial) return serial === undefined ? undefined : before;
    const model = property(path, 'model');
    const device = namespaceDevice(controller, entries(path));
    if (serial === '' || model === undefined || device === undefined) return undefined;
    const firmware = property(path, 'firmware_rev') ?? '';
    // The device that is opened is not in this folder where only the hidden path to it is.
    const number =
      property(join(path, device), 'dev') ?? property(join(sysPath, 'class', 'block', device), 'dev');
    const deviceNumber = number !== undefined && deviceNumberPattern.test(number) ? number : undefined;
    return { serial, model, firmware, device, deviceNumber };
  };

  return () => {
    const controllers = entries(root)
      .filter((name) => controllerPattern.test(name))
      .sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)));
    const volumes: Volume[] = [];
    const foreign: ForeignDrive[] = [];
    const seen = new Map<string, Known>();
    for (const controller of controllers) {
      const drive = inspect(controller);
      if (drive === undefined) continue;
      seen.set(controller, drive);
      const { serial, model, firmware, device, deviceNumber } = drive;
      const kind = kindOfModel(model);
      if (kind === undefined) {
        foreign.push({ device, controller, model, serial });
        continue;
      }
      const volume = { kind, id: volumeId(kind, serial), device, controller, model, firmware };
      volumes.push(deviceNumber === undefined ? volume : { ...volume, deviceNumber });
    }
    known = seen;
    return { volumes, foreign };
  };
}

/** The controller's state in the kernel's words (`live`, `resetting`, `dead`), for people; undefined where gone. */
export function controllerState(sysPath: string, controller: string): string | undefined {
  return property(join(sysPath, 'class', 'nvme', controller), 'state');
}
