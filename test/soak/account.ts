import type { Said } from './volume-page.ts';

/** What is compared of a soak, and what it comes to. */

/** One volume at one reading, as one stream says it. */
export type Told =
  | { readonly up: false }
  /** `gauge` is what the volume's queue length says, which is a value of the moment in each stream. */
  | { readonly up: true; readonly gauge: number; readonly said: Said };

export interface Reading {
  /** As the points say, ms since the epoch. */
  readonly atMs: number;
  readonly volumes: ReadonlyMap<number, Told>;
}

/** A request that the backend took. */
export interface Delivery {
  readonly askedMs: number;
  readonly answeredMs: number;
  /** The same for the same bytes. */
  readonly fingerprint: string;
  readonly reading: Reading;
}

export interface Scrape {
  readonly beganMs: number;
  readonly endedMs: number;
  readonly volumes: ReadonlyMap<number, Told>;
}

export interface Account {
  readonly stream: string;
  readonly readings: number;
  readonly points: number;
  /** Of the other stream: those that this one must have as well. */
  readonly due: number;
  readonly lost: readonly string[];
  readonly duplicated: readonly string[];
  readonly wrong: readonly string[];
  /** Sent again because nobody could know that they had arrived: the collector was killed, or the answer came too late. */
  readonly repeated: number;
}

/** The page of a reading was read before it: so long at most. */
export const readWithinMs = 1_500;
/** Between what this process does and what it notes. */
export const noteMs = 250;
/** What a start, an end or a reload of the collector may do to who reads when. */
export const disturbanceMs = 3_000;

export const at = (ms: number): string => new Date(ms).toISOString();

export const readPoints = ({ volumes }: Pick<Reading, 'volumes'>): number =>
  [...volumes.values()].reduce((sum, told) => sum + (told.up ? Object.keys(told.said).length + 1 : 1), 0);
