import type { Columns } from './columns.ts';

/** What a receiver made of one reading. */
export interface Collection extends Columns {
  /** When it was, ms since the epoch. */
  readonly readAtMs: number;
}
