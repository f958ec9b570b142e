import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** What the machine tells of itself at once, without a network. */
export interface Machine {
  /** In a pod without host networking this is the pod's. */
  readonly hostName: string;
  /** In the words of `host.arch`. */
  readonly arch: string;
  /** An EC2 instance, by its own firmware; undefined elsewhere, and on instances without Nitro. */
  readonly instance: FirmwareInstance | undefined;
}

export interface FirmwareInstance {
  readonly instanceId: string;
  readonly instanceType: string | undefined;
}

const semconvArch: Readonly<Record<string, string>> = { x64: 'amd64', arm: 'arm32', ia32: 'x86' };

export function thisMachine(sysPath: string): Machine {
  return {
    hostName: hostname(),
    arch: semconvArch[process.arch] ?? process.arch,
    instance: readFirmware((file) => readIfThere(join(sysPath, 'class/dmi/id', file))),
  };
}

/**
 * Nitro instances carry their id as the board's asset tag and their type as the product's name; any user may read both.
 * Amazon's SSM agent identifies instances the same way.
 * @param read gives a file of /sys/class/dmi/id, or undefined
 */
export function readFirmware(read: (file: string) => string | undefined): FirmwareInstance | undefined {
  if (read('sys_vendor')?.trim() !== 'Amazon EC2') return undefined;
  const instanceId = read('board_asset_tag')?.trim() ?? '';
  if (!/^i-[0-9a-f]{8,17}$/.test(instanceId)) return undefined;
  const instanceType = read('product_name')?.trim() ?? '';
  return {
    instanceId,
    instanceType: /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(instanceType) ? instanceType : undefined,
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
