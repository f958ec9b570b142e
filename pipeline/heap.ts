import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { unrefTimer, type SetTimer } from './timer.ts';

/**
 * Keeps the process small. V8 lets garbage pile up to a multiple of what is in use, and the only bound that it can be given
 * (--max-heap-size) ends the process of a node with more volumes than somebody thought of. So it is collected here.
 *
 * Measured on Node 24, together with the flags below and those of the program's first line: 128 volumes take 73 MiB instead of
 * 103, for a tenth more CPU a scrape.
 */

/** Bytes, of the heap and of the buffers that hang on it. */
type Usage = () => number;

export interface HeapEdges {
  readonly usedBytes: Usage;
  /** Undefined where Node was started without --expose-gc. Thoroughly, it also gives back what the heap has to spare. */
  readonly collectGarbage: ((thoroughly: boolean) => void) | undefined;
  readonly setTimer: SetTimer;
}

const mebibyte = 1024 * 1024;
/** Beside more than this, what the heap has to spare is little, and getting it back takes long. */
const smallHeapBytes = 13 * mebibyte;
/** Less is not worth the time. */
const leastGarbageBytes = { small: 1.5 * mebibyte, large: 3.5 * mebibyte };
/** Collecting garbage takes ten milliseconds, for which these many pay. */
const collectionsBetween = 6;
/** Answers that wait to be sent go before. */
const delayMs = 20;

/** To be called after each collection. */
export function createHeapTrimmer({ usedBytes, collectGarbage, setTimer }: HeapEdges): () => void {
  if (collectGarbage === undefined) return () => undefined;
  let inUseBytes = 0;
  let collections = 0;
  const trim = (): void => {
    const isSmall = inUseBytes < smallHeapBytes;
    if (usedBytes() < inUseBytes + leastGarbageBytes[isSmall ? 'small' : 'large']) return;
    collectGarbage(isSmall);
    inUseBytes = usedBytes();
  };
  return () => {
    collections += 1;
    if (collections % collectionsBetween === 0) setTimer(trim, delayMs);
  };
}

interface GarbageCollector {
  (options: {
    readonly type: 'major';
    readonly execution: 'sync';
    readonly flavor: 'regular' | 'last-resort';
  }): void;
}

/** V8 cleans these up by itself soon, and at little cost. */
function youngBytes(): number {
  const young = getHeapSpaceStatistics().filter(({ space_name: name }) => name.startsWith('new_'));
  return young.reduce((sum, { space_used_size: used }) => sum + used, 0);
}

/** The heap of this process. */
export function processHeap(): HeapEdges {
  const { gc } = globalThis as { readonly gc?: GarbageCollector };
  return {
    usedBytes: () => {
      const { used_heap_size: heap, external_memory: buffers } = getHeapStatistics();
      return heap + buffers - youngBytes();
    },
    collectGarbage:
      gc &&
      ((thoroughly) =>
        gc({ type: 'major', execution: 'sync', flavor: thoroughly ? 'last-resort' : 'regular' })),
    setTimer: unrefTimer,
  };
}

/** Node 24. Before it, V8's middle compiler is off or unripe. */
const firstMajorWithMaglev = 24;

/**
 * Flags that V8 reads whenever it needs them, so that they may be set by a program that knows its Node. Where there is a
 * middle compiler, optimizing is left to it: the last one makes a scrape no faster and takes 10 MiB, of its own code and of
 * what it keeps. Node 20 is told to go easy on memory, which on 24 costs a scrape more than it saves.
 */
export function setFlagsFor(nodeVersion: string): void {
  const major = Number.parseInt(nodeVersion.slice(1), 10);
  setFlagsFromString(major >= firstMajorWithMaglev ? '--no-turbofan' : '--optimize-for-size');
}
