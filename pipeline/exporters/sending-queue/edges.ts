import { unrefTimer, type SetTimer } from '../../timer.ts';
import { readBootId } from '../boot-id.ts';
import type { Birth } from './bounds.ts';
import { nodeFileSystem } from './file-system.ts';
import { createDirectoryLock } from './lock.ts';
import type { StoreEdges } from './store.ts';

/** What a queue wants of the world. */
export interface QueueEdges extends StoreEdges {
  readonly setTimer: SetTimer;
  /** 0 to 1. */
  readonly random: () => number;
  /** Both clocks. */
  readonly now: () => Birth;
}

/** Nothing else holds the process while it starts. */
const holdingTimer: SetTimer = (run, delayMs) => {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
};

export function processEdges(): QueueEdges {
  const bootId = readBootId();
  const { random } = Math;
  return {
    setTimer: unrefTimer,
    random,
    // hrtime is CLOCK_MONOTONIC, which counts from the machine's start; performance.now() counts from the process's.
    now: () => ({
      createdAtMs: Date.now(),
      uptimeMs: Math.floor(Number(process.hrtime.bigint()) / 1e6),
      bootId,
    }),
    fileSystem: nodeFileSystem,
    lock: createDirectoryLock({ setTimer: holdingTimer, random }),
    userId: process.geteuid?.() ?? 0,
  };
}
