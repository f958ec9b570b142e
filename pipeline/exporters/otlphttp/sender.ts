import type { Payload, SendPayload, Unfinished } from '../sending-queue/payload.ts';
import type { Delivery } from './delivery.ts';
import type { Transport } from './transport.ts';

/** Sends what the queue gives it, in parts where the backend finds it too large. */
export interface Sender {
  readonly send: SendPayload;
  /** What whoever sends next must know, so that no part is sent twice. */
  unfinished(): Unfinished | undefined;
}

export interface SenderParts {
  readonly transport: Pick<Transport, 'send'>;
  /** Parts of a payload that the backend called too large; undefined where it cannot be made smaller. */
  readonly cut: (payload: Payload) => Promise<readonly Payload[] | undefined>;
  /** Of each request. */
  readonly timeoutMs: number;
  /** Told of each answer, and of each failure. */
  readonly report: (dataPoints: number, delivery: Delivery) => void;
  /** Where a sender before this one was. */
  readonly unfinished: Unfinished | undefined;
}

/**
 * A part that was delivered is not sent again by this process. One that is killed between two parts is another matter: the
 * queue on disk has the payload as a whole, so the next process sends all of it. That takes a backend whose limit was not
 * known when the payload was made; those made since are small enough, and each has a file of its own.
 */
export function createSender({ transport, cut, timeoutMs, report, unfinished }: SenderParts): Sender {
  let left = unfinished;

  const send: SendPayload = async (payload, stop) => {
    const before = left?.id === payload.id ? left : undefined;
    const due = [...(before?.parts ?? [payload])];
    let refusedDataPoints = before?.refusedDataPoints ?? 0;
    let refusal = 'a part was refused before';
    for (let next = due.shift(); next !== undefined; next = due.shift()) {
      const delivery = await transport.send(next, timeoutMs, stop);
      // What cannot be taken apart cannot be made smaller.
      const parts = delivery.kind === 'too_large' ? await cut(next).catch(() => undefined) : undefined;
      if (parts !== undefined) {
        due.unshift(...parts);
        continue;
      }
      if (!stop.aborted || delivery.kind !== 'retryable') report(next.dataPoints, delivery);
      if (delivery.kind === 'delivered') continue;
      const { reason } = delivery.failure;
      if (delivery.kind !== 'retryable') {
        refusedDataPoints += next.dataPoints;
        refusal = reason;
        continue;
      }
      const rest = [next, ...due];
      left = next === payload ? undefined : { id: payload.id, parts: rest, refusedDataPoints };
      return {
        kind: 'retryable',
        reason,
        ...(delivery.retryAfterMs === undefined ? {} : { retryAfterMs: delivery.retryAfterMs }),
        dataPoints: rest.reduce((sum, { dataPoints }) => sum + dataPoints, refusedDataPoints),
      };
    }
    left = undefined;
    return refusedDataPoints === 0
      ? { kind: 'ok' }
      : { kind: 'permanent', reason: refusal, dataPoints: refusedDataPoints };
  };

  return { send, unfinished: () => left };
}
