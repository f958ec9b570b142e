import type { ForeignDrive } from '../../../receiver/nvme/discovery.ts';
import type { StatisticsSource, Volume } from '../../../receiver/nvme/source.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { sortOutcomes } from './follow.ts';
import { resolveTargets } from './targets.ts';

/** What `stats` and `top` begin with: the volumes that are meant, and how to read them. */

export interface MeantVolumesIo {
  readonly source: StatisticsSource;
  /** Drives that are not Amazon's, to explain why one of them is not shown. */
  readonly foreign: readonly ForeignDrive[];
  /** For one reading of all volumes. */
  readonly readTimeoutMs: number;
  /** A line for people, without the newline. */
  readonly complain: (message: string) => void;
}

export interface AllReadings extends ReturnType<typeof sortOutcomes> {
  /** Attached at the time, also those that could not be read. */
  readonly volumes: readonly Volume[];
  /** Why nobody knows which are attached; then they are those of before. */
  readonly trouble: string | undefined;
}

export type MeantVolumes =
  /** What reads all of them does not reject. */
  | { readonly ok: true; readonly readAll: () => Promise<AllReadings> }
  /** There is nothing to show: it was said why. */
  | { readonly ok: false; readonly code: ExitCode };

const cannotLook = (error: unknown): string =>
  `cannot look for volumes: ${error instanceof Error ? error.message : String(error)}`;

export function noVolumes(foreign: readonly ForeignDrive[]): string {
  const drives = foreign.map(({ device, model }) => `${device} is ${model}`).join(', ');
  const others = drives === '' ? '' : ` (${drives})`;
  return `no Amazon NVMe volume is attached to this machine${others}; --simulate 6 shows what it would look like`;
}

/** @param targets volumes or devices as given on the command line; none means all, also those that are attached later */
export function meantVolumes(
  targets: readonly string[],
  { source, foreign, readTimeoutMs, complain }: MeantVolumesIo,
): MeantVolumes {
  let attached: readonly Volume[];
  try {
    attached = source.discover();
  } catch (error) {
    complain(cannotLook(error));
    return { ok: false, code: exitCode.couldNot };
  }
  const resolved = resolveTargets(targets, attached, foreign);
  if (!resolved.ok) {
    resolved.messages.forEach(complain);
    return { ok: false, code: exitCode.wrongInput };
  }
  if (attached.length === 0) {
    complain(noVolumes(foreign));
    return { ok: false, code: exitCode.done };
  }
  return {
    ok: true,
    readAll: async () => {
      let trouble: string | undefined;
      try {
        attached = source.discover();
      } catch (error) {
        trouble = cannotLook(error);
      }
      const volumes = attached.filter(resolved.isMeant);
      return { volumes, trouble, ...sortOutcomes(volumes, await source.read(volumes, readTimeoutMs)) };
    },
  };
}
