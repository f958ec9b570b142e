import type { Unfinished } from './sending-queue/payload.ts';
import type { PayloadRecord } from './sending-queue/record.ts';
import type { DeltaConverter } from './temporality/delta-converter.ts';

/** What an exporter leaves to the one of its name that another configuration brings, in the same process. */
export interface Estate {
  /** What waits, and is not on disk; oldest first. */
  readonly requests: readonly PayloadRecord[];
  readonly unfinished: Unfinished | undefined;
  /** How far deltas are; undefined where totals are pushed, or nobody can say. */
  readonly deltas: DeltaConverter | undefined;
  /** Of the reading that went into the queue last, ms since the epoch: receivers may share it with who comes next. */
  readonly lastReadAtMs: number | undefined;
}
