import type { ForeignDrive } from '../../../receiver/nvme/discovery.ts';
import type { Volume } from '../../../receiver/nvme/source.ts';

/** Which volumes people mean: `nvme1n1`, `/dev/nvme1n1`, a partition of it, `nvme1`, `vol-…` or `vol…`, a serial. */

export type Targets =
  /** Whether a volume is meant; also one that is attached later. */
  | { readonly ok: true; readonly isMeant: (volume: Volume) => boolean }
  | { readonly ok: false; readonly messages: readonly string[] };

function isNamed(
  name: string,
  volume: Pick<Volume, 'device' | 'controller'> & { readonly id?: string },
): boolean {
  const device = name.replace(/^\/dev\//, '');
  if (device === volume.device || device === volume.controller) return true;
  if (/^nvme\d+n\d+p\d+$/.test(device)) return device.replace(/p\d+$/, '') === volume.device;
  const id = name.toLowerCase().replace(/^vol-?/, 'vol-');
  return id === volume.id?.toLowerCase();
}

function attachedLines(volumes: readonly Volume[]): string[] {
  if (volumes.length === 0) return [];
  return ['attached are:', ...volumes.map(({ device, id }) => `  ${device.padEnd(8)}  ${id}`)];
}

/** @param names as given on the command line; none means all volumes */
export function resolveTargets(
  names: readonly string[],
  volumes: readonly Volume[],
  foreign: readonly ForeignDrive[],
): Targets {
  if (names.length === 0) return { ok: true, isMeant: () => true };
  const explain = (name: string): string => {
    const drive = foreign.find((candidate) => isNamed(name, candidate));
    return drive === undefined
      ? `no Amazon NVMe volume ${JSON.stringify(name)} is attached`
      : `${name} is ${drive.model}, not one of Amazon's drives: it is never asked for statistics`;
  };
  const unknown = names.filter((name) => !volumes.some((volume) => isNamed(name, volume)));
  if (unknown.length > 0)
    return { ok: false, messages: [...unknown.map(explain), ...attachedLines(volumes)] };
  return { ok: true, isMeant: (volume) => names.some((name) => isNamed(name, volume)) };
}
