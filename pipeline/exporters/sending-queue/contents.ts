import type { Logger } from '../../telemetry/logger.ts';
import { birthOnClock, excess, outdated, type Birth } from './bounds.ts';
import type { ConfiguredLimits } from './config.ts';
import { createDiskTrouble } from './disk-trouble.ts';
import type { DropReason, DropReport } from './drop-report.ts';
import { errnoOf, isOutOfSpace, isPassing } from './file-system.ts';
import type { QueuedPayload } from './payload.ts';
import { decodeRecord, encodeRecord, type PayloadRecord } from './record.ts';
import type { PayloadStore } from './store.ts';

/** A payload in the queue: in a file, or in memory where there is no storage or it does not take it. */
export interface Entry {
  readonly sequence: number;
  /** Those that were enqueued together have the same one; 0 is from an earlier process. */
  readonly batch: number;
  readonly id: string;
  readonly sizeBytes: number;
  readonly bornMs: number;
  /** Not delivered yet. */
  dataPoints: number;
  /** Not to be sent yet, nor anything behind it. */
  held: boolean;
  /** Undefined once it is in a file. */
  record: PayloadRecord | undefined;
  /** There may be a file, whole or not. */
  touchedDisk: boolean;
  /** When it was sent first by this process, on the monotonic clock. */
  firstSentMs: number | undefined;
}

export type Taken =
  | { readonly kind: 'payload'; readonly entry: Entry; readonly payload: QueuedPayload }
  /** Nothing waits, or what does is held. */
  | { readonly kind: 'nothing' }
  /** There is one, which cannot be read now. */
  | { readonly kind: 'later' };

/**
 * What a queue holds, oldest first. Its steps must be taken one after the other. None rejects: what a disk does not do
 * is told to the log, and is done without.
 */
export interface Contents {
  /** @param held until they are released */
  admit(records: readonly PayloadRecord[], held: boolean): Promise<void>;
  release(ids: readonly string[]): void;
  /** Whether all of these wait, each whole. */
  hasAll(ids: readonly string[]): Promise<boolean>;
  /** Removes what waits of these, uncounted: it is made anew. */
  takeBack(ids: readonly string[]): Promise<void>;
  /** The oldest, to be sent: from now on it does not wait, and is not dropped. */
  take(): Promise<Taken>;
  /** The entry was delivered. Once this resolves no process will send it again. */
  delivered(entry: Entry): Promise<void>;
  /** The entry waits again, as the oldest. */
  giveBack(entry: Entry): Promise<void>;
  discard(entry: Entry, reason: DropReason, fields?: Readonly<Record<string, unknown>>): Promise<void>;
  count(): number;
  /** Lets go of the disk, and gives back what is not on it. */
  close(): Promise<Remains>;
}

export interface Remains {
  readonly onDisk: { readonly requests: number; readonly dataPoints: number };
  readonly inMemory: readonly PayloadRecord[];
}

export interface ContentsOptions {
  readonly limits: ConfiguredLimits;
  readonly store: PayloadStore | undefined;
  readonly now: () => Birth;
  readonly drops: DropReport;
  readonly logger: Logger;
}

/**
 * How much more than is needed may be dropped for one that finds no space: a file system frees blocks, and keeps some
 * for itself. Where that does not help somebody else fills the disk, and would take all there is.
 */
const roomFactor = 2;
const roomSlackBytes = 64 * 1024;

export function createContents({ limits, store, now, drops, logger }: ContentsOptions): Contents {
  const trouble = createDiskTrouble(logger, store?.directory, drops);
  /** Delivered or dropped, in files that could not be removed. */
  const undead = new Set<number>();
  const startedAt = now();
  let waiting: Entry[] = (store?.found ?? []).map(({ birth, ...found }) => ({
    ...found,
    batch: 0,
    held: false,
    bornMs: birthOnClock(birth, startedAt),
    record: undefined,
    touchedDisk: true,
    firstSentMs: undefined,
  }));
  let underWay: Entry | undefined;
  let nextSequence = store?.nextSequence ?? 1;
  let newestBatch = 0;

  const bury = async (sequence: number): Promise<boolean> => {
    try {
      await store?.remove(sequence);
      undead.delete(sequence);
      return true;
    } catch (error) {
      undead.add(sequence);
      trouble.cannotRemove(error);
      return false;
    }
  };

  const buryUndead = async (): Promise<void> => {
    for (const sequence of undead) {
      // A disk that does not remove one file does not remove a thousand.
      if (!(await bury(sequence))) return;
    }
  };

  const erase = async (entry: Entry): Promise<void> => {
    if (store === undefined || !entry.touchedDisk) return;
    undead.add(entry.sequence);
    await buryUndead();
  };

  const drop = async (entries: readonly Entry[], reason: DropReason): Promise<void> => {
    if (entries.length === 0) return;
    const dropped = new Set(entries);
    waiting = waiting.filter((entry) => !dropped.has(entry));
    for (const entry of entries) await erase(entry);
    drops.dropped(reason, entries);
  };

  const keepBounds = async (): Promise<void> => {
    await drop(waiting.slice(0, outdated(waiting, now().uptimeMs, limits.all.maxAgeMs)), 'too_old');
    if (limits.newestOnly) {
      await drop(
        waiting.filter(({ batch }) => batch < newestBatch),
        'queue_full',
      );
    }
    await drop(waiting.slice(0, excess(waiting, limits.all)), 'queue_full');
  };

  const write = async (entry: Entry, to: PayloadStore, record: PayloadRecord): Promise<boolean> => {
    const bytes = encodeRecord(record);
    let freedBytes = 0;
    for (;;) {
      try {
        if (entry.touchedDisk) await to.remove(entry.sequence);
        entry.touchedDisk = true;
        await to.write(entry.sequence, bytes);
        entry.record = undefined;
        return true;
      } catch (error) {
        trouble.cannotWrite(error);
        const mayHelp = isOutOfSpace(error) && freedBytes <= bytes.length * roomFactor + roomSlackBytes;
        const oldest = waiting.find((other) => other.record === undefined);
        if (!mayHelp || oldest === undefined || oldest.sequence > entry.sequence) return false;
        freedBytes += oldest.sizeBytes;
        await drop([oldest], 'disk_full');
      }
    }
  };

  /** Brings to the disk what is in memory, oldest first, as far as the disk takes it. */
  const persist = async (): Promise<void> => {
    if (store === undefined) return;
    for (const entry of waiting) {
      if (entry.record === undefined) continue;
      if (!(await write(entry, store, entry.record))) break;
      trouble.wrote();
    }
    const inMemory = waiting.filter(({ record }) => record !== undefined);
    await drop(inMemory.slice(0, excess(inMemory, limits.memory)), 'disk_full');
  };

  const add = (record: PayloadRecord, held: boolean): void => {
    const { id, body, dataPoints } = record.payload;
    const sizeBytes = store === undefined ? body.length : encodeRecord(record).length;
    if (sizeBytes > limits.all.maxBytes) {
      drops.dropped('too_large', [{ dataPoints }], { bytes: sizeBytes });
      return;
    }
    drops.over('too_large');
    waiting.push({
      sequence: nextSequence++,
      batch: newestBatch,
      id,
      sizeBytes,
      dataPoints,
      bornMs: birthOnClock(record.birth, now()),
      held,
      record,
      touchedDisk: false,
      firstSentMs: undefined,
    });
  };

  const isWhole = async ({ id, record, sequence }: Entry): Promise<boolean> => {
    if (record !== undefined) return true;
    const file = await store?.read(sequence).catch(() => undefined);
    return file !== undefined && decodeRecord(file)?.id === id;
  };

  const withIds = (ids: readonly string[]): Entry[] => waiting.filter(({ id }) => ids.includes(id));

  return {
    admit: async (records, held) => {
      newestBatch++;
      for (const record of records) add(record, held);
      await keepBounds();
      await persist();
    },
    release: (ids) => {
      for (const entry of withIds(ids)) entry.held = false;
    },
    hasAll: async (ids) => {
      const found = withIds(ids);
      for (const entry of found) if (!(await isWhole(entry))) return false;
      return found.length === ids.length;
    },
    takeBack: async (ids) => {
      for (const entry of withIds(ids)) {
        waiting = waiting.filter((other) => other !== entry);
        await erase(entry);
      }
    },
    take: async () => {
      await keepBounds();
      for (;;) {
        const entry = waiting[0];
        if (entry === undefined || entry.held) return { kind: 'nothing' };
        waiting.shift();
        underWay = entry;
        if (entry.record !== undefined) return { kind: 'payload', entry, payload: entry.record.payload };
        const file = await store?.read(entry.sequence).catch((error: unknown) => error);
        if (file !== undefined && isPassing(file)) {
          waiting.unshift(entry);
          underWay = undefined;
          trouble.cannotRead(file);
          return { kind: 'later' };
        }
        const payload = file instanceof Uint8Array ? decodeRecord(file) : undefined;
        if (payload !== undefined) return { kind: 'payload', entry, payload };
        underWay = undefined;
        const reason = file instanceof Uint8Array ? 'its checksum is wrong' : errnoOf(file);
        drops.dropped('unreadable', [entry], { reason });
        await store?.setAside(entry.sequence).catch(trouble.cannotRemove);
      }
    },
    delivered: async (entry) => {
      underWay = undefined;
      await erase(entry);
      if (waiting.length === 0) drops.over('queue_full', 'too_old', 'unreadable');
    },
    giveBack: async (entry) => {
      underWay = undefined;
      waiting.unshift(entry);
      await keepBounds();
    },
    discard: async (entry, reason, fields) => {
      underWay = undefined;
      await erase(entry);
      drops.dropped(reason, [entry], fields);
    },
    count: () => waiting.length + (underWay === undefined ? 0 : 1),
    close: async () => {
      if (underWay !== undefined) waiting.unshift(underWay);
      underWay = undefined;
      await persist();
      const inMemory = waiting.filter(({ record }) => record !== undefined);
      // What is half in a file must not be found there too.
      for (const entry of inMemory) await erase(entry);
      await buryUndead();
      await store?.close();
      waiting = waiting.filter(({ record }) => record === undefined);
      return {
        onDisk: {
          requests: waiting.length,
          dataPoints: waiting.reduce((sum, { dataPoints }) => sum + dataPoints, 0),
        },
        inMemory: inMemory.flatMap(({ record, dataPoints }) =>
          record === undefined ? [] : { ...record, payload: { ...record.payload, dataPoints } },
        ),
      };
    },
  };
}
