import { realBins, type PageContent } from '../fixtures/nvme-device/page.ts';

/**
 * What a volume of the soak holds, said by one number so that every field of a page can be checked against every other one
 * and against the volume that it is said to be of. Of a later life the numbers are smaller, as counters that start over.
 */

/** Operations of one life stay below. */
export const lifeLength = 100_000;
const lives = 1_000;

/** Reads completed when a life begins. @throws after more lives than there are numbers for */
export function beginningOf(life: number): number {
  if (life >= lives) throw new Error(`a volume of the soak has at most ${lives} lives: run it for less time`);
  return (lives - life) * lifeLength;
}

export const lifeOf = (reads: number): number => lives - Math.floor(reads / lifeLength);

const sectorBytes = 512;

/** What a page says, of one volume. */
export interface Said {
  readonly reads: number;
  readonly writes: number;
  readonly readBytes: number;
  readonly writeBytes: number;
  /** Operations that the read latencies count. */
  readonly timedReads: number;
}

export const saidBy = (volume: number, reads: number): Said => ({
  reads,
  writes: reads + volume,
  readBytes: reads * sectorBytes,
  writeBytes: (reads + volume) * sectorBytes * 2,
  timedReads: reads,
});

/** How much each of them rises when reads rise by so many within a life; all that a life counted where `isNew`. */
export const roseBy = (volume: number, reads: number, isNew: boolean): Said => ({
  ...saidBy(isNew ? volume : 0, reads),
});

export function pageOf(volume: number, reads: number): PageContent {
  const { writes, readBytes, writeBytes } = saidBy(volume, reads);
  const inBin = (bin: number, count: number) =>
    realBins(Array.from({ length: 28 }, (_, index) => (index === bin ? count : 0)));
  return {
    readOperations: reads,
    writeOperations: writes,
    readBytes,
    writeBytes,
    readTimeMicros: reads * 7,
    writeTimeMicros: writes * 9,
    // A gauge: what is pushed as differences says with it how far the volume was.
    queueLength: reads,
    readLatency: { bins: inBin(volume % 28, reads) },
    writeLatency: { bins: inBin((volume + 1) % 28, writes) },
  };
}

export const sameSaid = (a: Said, b: Said): boolean =>
  (Object.keys(a) as (keyof Said)[]).every((field) => a[field] === b[field]);
