import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from './delivery.ts';

export interface RetryEdges {
  readonly nowMs: () => number;
  readonly wait: (delayMs: number) => Promise<void>;
  /** Between 0 and 1. */
  readonly random: () => number;
}

export const processRetryEdges: RetryEdges = {
  nowMs: () => performance.now(),
  wait: (delayMs) => sleep(delayMs, undefined, { ref: false }),
  random: () => Math.random(),
};

const firstWaitMs = 1_000;
const longestWaitMs = 5_000;
const growth = 1.5;
/** Nodes that lost a backend in the same second should not come back in the same second. */
const jitter = 0.2;

/**
 * Tries until the payload is delivered or never will be, or the next attempt would begin after `timeoutMs`. The last
 * attempt's outcome is the outcome.
 * @param attempt is given how long it may take, ms
 */
export async function retryWithin(
  timeoutMs: number,
  attempt: (timeoutMs: number) => Promise<Delivery>,
  { nowMs, wait, random }: RetryEdges,
): Promise<Delivery> {
  const deadlineMs = nowMs() + timeoutMs;
  let backoffMs = firstWaitMs;
  let delivery = await attempt(timeoutMs);
  while (delivery.kind === 'retryable') {
    const jittered = backoffMs * (1 + jitter * (2 * random() - 1));
    // A backend that says 0 is not asked again at once: it has just said that it cannot.
    const waitMs = Math.max(jittered, delivery.retryAfterMs ?? 0);
    if (nowMs() + waitMs >= deadlineMs) break;
    await wait(waitMs);
    backoffMs = Math.min(longestWaitMs, backoffMs * growth);
    delivery = await attempt(Math.max(1, Math.floor(deadlineMs - nowMs())));
  }
  return delivery;
}
