import { crypto } from '../../node-modules.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { createArrivals } from './arrivals.ts';
import { retryDelayMs } from './backoff.ts';
import { maxElapsedMs, queueLimits, type RetryOnFailureConfig, type SendingQueueConfig } from './config.ts';
import { createContents, type Entry } from './contents.ts';
import { queueDirectory } from './directory.ts';
import { createDropReport, type CountDropped } from './drop-report.ts';
import { processEdges, type QueueEdges } from './edges.ts';
import type { DeliveryOutcome, NewPayload, SendPayload } from './payload.ts';
import type { PayloadRecord } from './record.ts';
import { openStore } from './store.ts';
import { createInTurn, createPause, within } from './waiting.ts';

/**
 * Requests on their way to one backend: sent one at a time, oldest first, each until the backend took or refused it.
 *
 * An outage is made up for as fast as the backend answers, one request right after the other. What is new never jumps
 * the queue, as readings arrive in order, and is never dropped for what is old: where there is no room, the oldest goes.
 */
export interface SendingQueue {
  /** Begins to send. Before, what an earlier process left can be looked at. */
  begin(): void;
  /**
   * Takes the requests of one reading. Resolves once they are kept as well as they can be: on disk with storage. Never
   * rejects.
   * @param held whether they and what comes after are not to be sent before they are released
   */
  enqueue(payloads: readonly NewPayload[], held?: boolean): Promise<void>;
  release(ids: readonly string[]): void;
  /** Whether all of these wait, each whole. */
  hasAll(ids: readonly string[]): Promise<boolean>;
  /** Removes what waits of these, uncounted: whoever enqueued it makes it anew. */
  takeBack(ids: readonly string[]): Promise<void>;
  /** Requests that are not delivered yet, with the one under way. */
  size(): number;
  /** Requests that may wait. */
  readonly capacity: number;
  /**
   * Sends what waits until `timeoutMs` or the first failure. The rest stays on disk, or is dropped where it is in
   * memory. Releases everything.
   */
  shutdown(timeoutMs: number): Promise<void>;
  /**
   * Waits for the request under way, no longer than `timeoutMs`, and sends nothing more. Releases everything.
   * @returns what is not on disk, oldest first
   */
  handOver(timeoutMs: number): Promise<readonly PayloadRecord[]>;
}

export interface SendingQueueOptions {
  readonly exporterId: string;
  readonly queue: SendingQueueConfig;
  readonly retry: RetryOnFailureConfig;
  readonly send: SendPayload;
  readonly countDropped: CountDropped;
  readonly logger: Logger;
  /** What another queue of this process handed over. */
  readonly inherited?: readonly PayloadRecord[];
  /** Names of files that others keep in the queue's directory. */
  readonly neighbours?: RegExp;
}

/** A backend gets this long to notice that it is not waited for any more. */
const abortGraceMs = 200;
/** A disk that hangs is not waited for. */
const closeTimeoutMs = 2_000;

/**
 * Opens the queue, with what an earlier process left in it.
 * @throws where the storage cannot be used, or another uses it
 */
export async function openSendingQueue(
  options: SendingQueueOptions,
  edges: QueueEdges = processEdges(),
): Promise<SendingQueue> {
  const { exporterId, queue, retry, send, countDropped, logger, inherited = [], neighbours } = options;
  const { setTimer, random, now } = edges;
  const nowMs = (): number => now().uptimeMs;
  const limits = queueLimits(queue);
  const giveUpAfterMs = maxElapsedMs(retry, queue);
  const drops = createDropReport(logger, countDropped);
  const store =
    queue.storage === undefined
      ? undefined
      : await openStore(
          { directory: queueDirectory(queue.storage, exporterId), neighbours },
          exporterId,
          edges,
          logger,
        );
  const contents = createContents({ limits, store, now, drops, logger });
  const inTurn = createInTurn();
  const pause = createPause(setTimer);
  const stop = new AbortController();
  const arrivals = createArrivals(limits.memory, drops);
  let failures = 0;
  let notBeforeMs = -Infinity;
  let draining = false;
  let leaving = false;
  let closed = false;
  let consumed: Promise<void> = Promise.resolve();
  let ended: Promise<readonly PayloadRecord[]> | undefined;

  const failed = async (entry: Entry, outcome: DeliveryOutcome & { kind: 'retryable' }): Promise<void> => {
    const { reason, retryAfterMs = 0 } = outcome;
    failures++;
    const delayMs = retry.enabled ? retryDelayMs(retry, failures, random(), retryAfterMs) : retryAfterMs;
    notBeforeMs = nowMs() + delayMs;
    // At the end it stays for the next process, as far as it is not lost with this one.
    const triedMs = nowMs() - (entry.firstSentMs ?? nowMs());
    const giveUp = !retry.enabled || triedMs + delayMs > giveUpAfterMs;
    if (giveUp && !draining && !leaving) await contents.discard(entry, 'retries_exhausted', { reason });
    else await contents.giveBack(entry);
  };

  const settle = async (entry: Entry, outcome: DeliveryOutcome): Promise<void> => {
    if (outcome.kind !== 'ok') entry.dataPoints = outcome.dataPoints ?? entry.dataPoints;
    switch (outcome.kind) {
      case 'ok':
        failures = 0;
        await contents.delivered(entry);
        drops.over('retries_exhausted');
        break;
      case 'permanent':
        failures = 0;
        await contents.discard(entry, 'refused');
        break;
      case 'retryable':
        await failed(entry, outcome);
        break;
    }
  };

  const sendNext = async (): Promise<'sent' | 'nothing' | 'failed'> => {
    const taken = await inTurn(contents.take);
    if (taken.kind === 'nothing') return 'nothing';
    if (taken.kind === 'later') {
      failures++;
      notBeforeMs = nowMs() + retryDelayMs(retry, failures, random());
      return 'failed';
    }
    const { entry, payload } = taken;
    entry.firstSentMs ??= nowMs();
    const outcome = await send(payload, stop.signal).catch((error: unknown): DeliveryOutcome => ({
      kind: 'retryable',
      reason: String(error),
    }));
    // Too late: the entry is where the end left it.
    if (closed) return 'failed';
    await inTurn(() => settle(entry, outcome));
    return outcome.kind === 'retryable' ? 'failed' : 'sent';
  };

  const consume = async (): Promise<void> => {
    while (!leaving && !closed) {
      const waitMs = notBeforeMs - nowMs();
      if (waitMs > 0 && !draining) {
        await pause.until(waitMs);
        continue;
      }
      const step = await sendNext();
      if (draining && step !== 'sent') return;
      if (step === 'nothing' && !leaving) await pause.until();
    }
  };

  const admitArrivals = async (): Promise<void> => {
    for (let arrival = arrivals.next(); arrival !== undefined; arrival = arrivals.next()) {
      await contents.admit(arrival.records, arrival.held);
      pause.end();
    }
  };

  const close = async (): Promise<readonly PayloadRecord[]> => {
    const { onDisk, inMemory } = await contents.close();
    if (onDisk.requests > 0) {
      const { requests, dataPoints } = onDisk;
      const left = { requests, data_points: dataPoints, directory: store?.directory };
      // One that takes over goes on with them at once.
      logger[leaving ? 'debug' : 'info']('requests stay in the queue on disk, for the next start', left);
    }
    return inMemory;
  };

  const end = async (timeoutMs: number): Promise<readonly PayloadRecord[]> => {
    pause.end();
    await within(consumed, timeoutMs, setTimer);
    stop.abort();
    await within(consumed, abortGraceMs, setTimer);
    closed = true;
    let left: readonly PayloadRecord[] = [];
    const closing = inTurn(async () => (left = await close()));
    await within(closing, closeTimeoutMs, setTimer);
    return left;
  };

  if (inherited.length > 0) await contents.admit(inherited, false);

  return {
    capacity: queue.enabled ? limits.all.maxPayloads : 1,
    size: () => contents.count() + arrivals.requests(),
    begin: () => {
      consumed = consume();
    },
    enqueue: (payloads, held = false) => {
      if (closed) {
        drops.dropped('shutdown', payloads);
        return Promise.resolve();
      }
      const birth = now();
      const { createdAtMs } = birth;
      const records = payloads.map((payload) => ({
        payload: { ...payload, id: payload.id ?? crypto().randomUUID(), createdAtMs },
        birth,
      }));
      arrivals.add({ records, held });
      return inTurn(admitArrivals);
    },
    release: (ids) => {
      contents.release(ids);
      pause.end();
    },
    hasAll: (ids) => inTurn(() => contents.hasAll(ids)),
    takeBack: (ids) => inTurn(() => contents.takeBack(ids)),
    shutdown: async (timeoutMs) => {
      draining = true;
      const first = ended === undefined;
      ended ??= end(timeoutMs);
      const lost = await ended;
      if (!first) return;
      drops.dropped(
        'shutdown',
        lost.map(({ payload }) => payload),
      );
    },
    handOver: (timeoutMs) => {
      leaving = true;
      return (ended ??= end(timeoutMs));
    },
  };
}
