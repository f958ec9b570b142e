import {
  retryOnFailureSchema,
  sendingQueueSchema,
} from '../../../../pipeline/exporters/sending-queue/config.ts';
import type {
  RetryOnFailureConfig,
  SendingQueueConfig,
} from '../../../../pipeline/exporters/sending-queue/config.ts';
import type { DropReason } from '../../../../pipeline/exporters/sending-queue/drop-report.ts';
import type { QueueEdges } from '../../../../pipeline/exporters/sending-queue/edges.ts';
import type { FileSystem } from '../../../../pipeline/exporters/sending-queue/file-system.ts';
import type {
  DeliveryOutcome,
  Payload,
  SendPayload,
} from '../../../../pipeline/exporters/sending-queue/payload.ts';
import { openSendingQueue, type SendingQueue } from '../../../../pipeline/exporters/sending-queue/queue.ts';
import type { PayloadRecord } from '../../../../pipeline/exporters/sending-queue/record.ts';
import { defaultsOf } from '../../../../pipeline/config/schemas/object.ts';
import { recordLog, type LogLine } from '../../../fixtures/component-context.ts';
import { createManualClock, type ManualClock } from '../../../fixtures/manual-clock.ts';
import { createVirtualFileSystem } from './virtual-file-system.ts';

export const queueDefaults: SendingQueueConfig = defaultsOf(sendingQueueSchema);
export const retryDefaults: RetryOnFailureConfig = defaultsOf(retryOnFailureSchema);
export const storage = '/queue';

export function payloadOf(text: string, dataPoints = 1): Payload {
  return {
    body: Buffer.from(text),
    contentType: 'application/x-protobuf',
    contentEncoding: 'gzip',
    dataPoints,
  };
}

export const textOf = ({ body }: Payload): string => Buffer.from(body).toString();

/** All that follows from what was done, but for timers: those pass when the test says so. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const ok: DeliveryOutcome = { kind: 'ok' };
export const unavailable: DeliveryOutcome = { kind: 'retryable', reason: 'HTTP 503' };
export const badRequest: DeliveryOutcome = { kind: 'permanent', reason: 'HTTP 400' };

export interface Backend {
  /** What comes is answered so from now on; `hang` is never, until it is called off; `break` is a mistake in the sender. */
  answer: DeliveryOutcome | 'hang' | 'break';
  /** Of each request, in order. */
  readonly asked: string[];
  /** Of those that were taken, in order. */
  readonly taken: string[];
  readonly ids: string[];
}

export interface TestQueue {
  readonly queue: SendingQueue;
  readonly clock: ManualClock;
  readonly backend: Backend;
  readonly log: readonly LogLine[];
  readonly dropped: Partial<Record<DropReason, number>>;
  enqueue(...texts: readonly string[]): Promise<void>;
  advance(byMs: number): Promise<void>;
  /** How often the directory was given free. */
  released(): number;
}

export interface TestQueueOptions {
  readonly queue?: Partial<SendingQueueConfig>;
  readonly retry?: Partial<RetryOnFailureConfig>;
  readonly fileSystem?: FileSystem;
  readonly clock?: ManualClock;
  readonly answer?: Backend['answer'];
  /** In the place of the backend. */
  readonly send?: SendPayload;
  readonly inherited?: readonly PayloadRecord[];
  /** Whether it begins at once; else when the test says so. */
  readonly begins?: boolean;
}

/** A queue before a backend that answers as the test says; no jitter. */
export async function openTestQueue({
  queue = {},
  retry = {},
  fileSystem = createVirtualFileSystem().mount(),
  clock = createManualClock(),
  answer = ok,
  send,
  inherited = [],
  begins = true,
}: TestQueueOptions = {}): Promise<TestQueue> {
  const backend: Backend = { answer, asked: [], taken: [], ids: [] };
  const { logger, lines } = recordLog();
  const dropped: Partial<Record<DropReason, number>> = {};
  let released = 0;
  const edges: QueueEdges = {
    fileSystem,
    lock: async () => ({ release: async () => void released++ }),
    userId: 0,
    setTimer: clock.setTimer,
    random: () => 0.5,
    now: () => ({ createdAtMs: 1e12 + clock.nowMs(), uptimeMs: clock.nowMs(), bootId: 'boot' }),
  };
  const opened = await openSendingQueue(
    {
      exporterId: 'otlphttp/test',
      queue: { ...queueDefaults, ...queue },
      retry: { ...retryDefaults, ...retry },
      send:
        send ??
        ((payload, signal) => {
          backend.asked.push(textOf(payload));
          backend.ids.push(payload.id);
          const given = backend.answer;
          if (given === 'break') return Promise.reject(new Error('a mistake'));
          if (given === 'hang') {
            return new Promise((resolve) =>
              signal.addEventListener('abort', () => resolve({ kind: 'retryable', reason: 'aborted' })),
            );
          }
          if (given.kind === 'ok') backend.taken.push(textOf(payload));
          return Promise.resolve(given);
        }),
      countDropped: (reason, dataPoints) => (dropped[reason] = (dropped[reason] ?? 0) + dataPoints),
      logger,
      inherited,
    },
    edges,
  );
  if (begins) opened.begin();
  await settled();
  return {
    queue: opened,
    clock,
    released: () => released,
    backend,
    log: lines,
    dropped,
    enqueue: async (...texts) => {
      for (const text of texts) await opened.enqueue([payloadOf(text)]);
      await settled();
    },
    advance: async (byMs) => {
      clock.advance(byMs);
      await settled();
    },
  };
}
