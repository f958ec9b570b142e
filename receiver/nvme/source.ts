import type { StatisticsRow } from './statistics-row.ts';
import type { VolumeKind } from './statistics.ts';

/** A drive that serves Amazon's statistics page. */
export interface Volume {
  readonly kind: VolumeKind;
  /** `vol-0123456789abcdef0`, or the serial of an instance-store drive. */
  readonly id: string;
  /** The namespace's block device, `nvme1n1`: what is opened and what people see in `lsblk`. */
  readonly device: string;
  /** The controller, `nvme1`. */
  readonly controller: string;
  readonly model: string;
  readonly firmware: string;
  /** What the kernel calls the block device by, `259:3`. Absent where it does not say. */
  readonly deviceNumber?: string;
}

/** A volume that was attached anew is another object, though nobody saw it go. */
export function sameVolumes(some: readonly Volume[], others: readonly Volume[]): boolean {
  return (
    some === others ||
    (some.length === others.length && some.every((volume, index) => volume === others[index]))
  );
}

/** Why a volume could not be read; the values of the attribute `error.type`. */
export const readErrorTypes = [
  'permission_denied',
  'device_gone',
  'timeout',
  'io_error',
  'invalid_magic',
  'nvme_status',
  'not_supported',
] as const;
export type ReadErrorType = (typeof readErrorTypes)[number];

export interface ReadError {
  readonly type: ReadErrorType;
  /** A sentence for people: what happened, to what, what to do. */
  readonly message: string;
  /** `EACCES` and the like, where the system refused. */
  readonly errno?: string;
  /** The status field of the completion, where the drive refused. */
  readonly nvmeStatus?: number;
}

/** What a drive said. */
export interface Answer {
  readonly ok: true;
  readonly statistics: StatisticsRow;
  /** When the drive answered, on the clock of performance.now(), ms. */
  readonly completedAtMs: number;
  /**
   * When the device node was made, ms since the epoch: the attachment. Where no birth time is kept, when the node was
   * changed last, which udev and chmod do. Absent where unknown.
   */
  readonly attachedAtMs?: number | undefined;
  /** When the device node was made, and nothing else. Another node is another attachment. Absent where unknown. */
  readonly bornAtMs?: number | undefined;
  /** How long open, command and close took, s. */
  readonly durationSeconds: number;
}

export type ReadOutcome =
  Answer | { readonly ok: false; readonly error: ReadError; readonly durationSeconds: number };

/** Where volumes and their pages come from: the machine's NVMe drives, or simulated ones. */
export interface StatisticsSource {
  readonly simulated: boolean;
  /**
   * The volumes attached at this moment, in the order of their device numbers. Cheap: asks no drive.
   * @throws where the machine cannot be looked at at all
   */
  discover(): readonly Volume[];
  /**
   * Reads every volume's page, each within `timeoutMs` of the call. One outcome per volume, in order; never rejects
   * because of a volume.
   */
  read(volumes: readonly Volume[], timeoutMs: number): Promise<readonly ReadOutcome[]>;
  close(): void;
}
