import { defaultsOf } from '../../../../pipeline/config/schemas/object.ts';
import {
  retryOnFailureSchema,
  sendingQueueSchema,
} from '../../../../pipeline/exporters/sending-queue/config.ts';
import type { QueuedPayload, DeliveryOutcome } from '../../../../pipeline/exporters/sending-queue/payload.ts';
import { openSendingQueue, type SendingQueue } from '../../../../pipeline/exporters/sending-queue/queue.ts';
import { decodeRecord } from '../../../../pipeline/exporters/sending-queue/record.ts';
import { recordLog } from '../../../fixtures/component-context.ts';
import { createManualClock } from '../../../fixtures/manual-clock.ts';
import { badRequest, ok, settled, storage, textOf, unavailable } from './setup.ts';
import { createVirtualFileSystem, type MountedFileSystem } from './virtual-file-system.ts';

/** What may happen to a queue. */
export type Happening =
  | { readonly kind: 'enqueue'; readonly bodyBytes: number }
  | { readonly kind: 'backend'; readonly does: 'take' | 'fail' | 'refuse' | 'ask for patience' }
  | { readonly kind: 'time passes'; readonly ms: number }
  | { readonly kind: 'clock is set'; readonly ms: number }
  | { readonly kind: 'disk has'; readonly bytes: number }
  | { readonly kind: 'disk fails'; readonly to: 'create' | 'syncDirectory' | 'nothing' }
  | {
      readonly kind: 'dies';
      readonly afterOperations: number;
      readonly done: number;
      readonly machine: boolean;
    }
  | { readonly kind: 'restarts' };

export const limits = { queue_size: 5, max_bytes: 64 * 1024, max_age: 600_000 };
const outcomes: Readonly<Record<(Happening & { kind: 'backend' })['does'], DeliveryOutcome>> = {
  take: ok,
  fail: unavailable,
  refuse: badRequest,
  'ask for patience': { kind: 'retryable', reason: 'HTTP 429', retryAfterMs: 90_000 },
};

interface Process {
  readonly queue: SendingQueue;
  readonly files: MountedFileSystem;
  /** The disk refused something in its life: what it took may have been in memory only. */
  sawDiskFail: boolean;
}

/**
 * A disk, a backend and a clock that outlive the processes, and a ledger that knows of each payload what became of it.
 * A payload is known by a power of two, so that a sum of data points tells which ones it is of.
 */
export function createCrashWorld() {
  const disk = createVirtualFileSystem();
  const clock = createManualClock();
  const { logger } = recordLog();
  let wallOffsetMs = 1e12;
  let boot = 1;
  let bootedAtMs = 0;
  let backend: DeliveryOutcome = ok;
  let count = 0;
  let process: Process | undefined;
  const delivered: number[] = [];
  const dropped = new Set<number>();
  const outstanding = new Set<number>();
  /** Confirmed by the backend when the process died, before the confirmation was on disk. */
  const mayRepeat = new Set<number>();
  const unconfirmed = new Set<number>();
  /** On their way into a file, or out of it and not yet counted. */
  const interrupted = new Set<number>();
  const violations: string[] = [];
  let repeats = 0;
  let deaths = 0;

  const numbersIn = (sum: number): number[] =>
    Array.from({ length: count }, (_, index) => index).filter(
      (index) => Math.floor(sum / 2 ** index) % 2 === 1,
    );

  const arrive = (payload: QueuedPayload): DeliveryOutcome => {
    const number = Number(textOf(payload).split(' ')[0]);
    if (dropped.has(number)) violations.push(`${number} was sent after it was dropped`);
    if (backend.kind !== 'ok') return backend;
    if (delivered.includes(number)) {
      if (mayRepeat.delete(number)) repeats++;
      else violations.push(`${number} was sent again`);
      return ok;
    }
    if (number < Math.max(-1, ...delivered)) violations.push(`${number} came after ${delivered.at(-1)}`);
    delivered.push(number);
    outstanding.delete(number);
    unconfirmed.clear();
    unconfirmed.add(number);
    return ok;
  };

  const numberIn = (file: Buffer): number | undefined => {
    const payload = decodeRecord(file);
    return payload === undefined ? undefined : Number(textOf(payload).split(' ')[0]);
  };
  disk.removed = (file) => {
    const number = numberIn(file);
    if (number !== undefined) interrupted.add(number);
  };

  const onDisk = (): Set<number> =>
    new Set(
      [...disk.files].flatMap(([path, file]) => {
        return path.endsWith('.payload') ? (numberIn(file) ?? []) : [];
      }),
    );

  const start = async (): Promise<void> => {
    const files = disk.mount();
    const { fault } = disk;
    disk.fault = () => undefined;
    const self: { sawDiskFail: boolean } = { sawDiskFail: false };
    const queue = await openSendingQueue(
      {
        exporterId: 'x',
        queue: { ...defaultsOf(sendingQueueSchema), storage, ...limits },
        retry: defaultsOf(retryOnFailureSchema),
        send: (payload) => (files.isDead() ? new Promise(() => undefined) : Promise.resolve(arrive(payload))),
        countDropped: (_reason, dataPoints) => {
          for (const number of numbersIn(dataPoints)) {
            // One that was confirmed when the process died is dropped like others where its time is over.
            if (!outstanding.delete(number) && !mayRepeat.delete(number))
              violations.push(`${number} was dropped, and was not in the queue`);
            dropped.add(number);
          }
        },
        logger,
      },
      {
        fileSystem: files,
        lock: async () => ({ release: async () => undefined }),
        userId: 0,
        setTimer: clock.setTimer,
        random: () => 0.5,
        now: () => ({
          createdAtMs: wallOffsetMs + clock.nowMs(),
          uptimeMs: clock.nowMs() - bootedAtMs,
          bootId: `boot ${boot}`,
        }),
      },
    );
    queue.begin();
    disk.fault = fault;
    process = { queue, files, ...self };
    await settled();
  };

  /** What the ledger knows must be what the disk holds. */
  const bury = (died: Process): void => {
    deaths++;
    const kept = onDisk();
    for (const number of outstanding) {
      if (kept.has(number)) continue;
      const excused = died.sawDiskFail || interrupted.has(number);
      if (!excused) violations.push(`${number} was lost`);
      outstanding.delete(number);
    }
    const again = [...kept].filter((number) => delivered.includes(number));
    for (const number of again) {
      if (unconfirmed.has(number)) mayRepeat.add(number);
      else if (!mayRepeat.has(number)) violations.push(`${number} was delivered, and is on disk`);
    }
    interrupted.clear();
  };

  return {
    violations,
    delivered,
    dropped,
    outstanding,
    repeats: () => repeats,
    deaths: () => deaths,
    happen: async (happening: Happening): Promise<void> => {
      if (process === undefined) await start();
      const current = process;
      if (current === undefined) throw new Error('it did not start');
      current.sawDiskFail ||= disk.capacityBytes < Infinity || disk.fault('create', '') !== undefined;
      switch (happening.kind) {
        case 'enqueue': {
          const number = count++;
          outstanding.add(number);
          interrupted.add(number);
          const body = Buffer.from(`${number} `.padEnd(happening.bodyBytes, 'x'));
          void current.queue
            .enqueue([{ body, contentType: 'a/b', contentEncoding: undefined, dataPoints: 2 ** number }])
            .then(() => interrupted.delete(number));
          break;
        }
        case 'backend':
          backend = outcomes[happening.does];
          break;
        case 'time passes':
          clock.advance(happening.ms);
          break;
        case 'clock is set':
          wallOffsetMs += happening.ms;
          break;
        case 'disk has':
          disk.capacityBytes = happening.bytes;
          break;
        case 'disk fails':
          disk.fault = (operation) => (operation === happening.to ? 'EIO' : undefined);
          break;
        case 'dies':
          current.files.die(happening);
          if (happening.machine) {
            current.files.die({ afterOperations: 0, done: 0 });
            boot++;
            bootedAtMs = clock.nowMs();
          }
          break;
        case 'restarts': {
          const ended = current.queue.shutdown(1000);
          for (let step = 0; step < 50; step++) {
            await settled();
            clock.advance(100);
          }
          if (!current.files.isDead()) await ended;
          break;
        }
      }
      await settled();
      if (current.files.isDead() || happening.kind === 'restarts') {
        bury(current);
        process = undefined;
        return;
      }
      const size = current.queue.size();
      if (size !== outstanding.size)
        violations.push(`the queue says ${size}, the ledger ${outstanding.size}`);
      if (size > limits.queue_size + 1) violations.push(`${size} are in the queue`);
    },
    bytesOnDisk: () => [...disk.files.values()].reduce((sum, { length }) => sum + length, 0),
    /** Everything works again, for as long as it takes. */
    recover: async (): Promise<void> => {
      disk.capacityBytes = Infinity;
      disk.fault = () => undefined;
      backend = ok;
      for (let step = 0; step < 20; step++) {
        if (process === undefined) await start();
        clock.advance(30_000);
        await settled();
        if (process?.files.isDead() === true) {
          bury(process);
          process = undefined;
        }
      }
    },
    filesLeft: () => [...disk.files.keys()].filter((path) => path.endsWith('.payload')).length,
  };
}
