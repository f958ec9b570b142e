import type { SetTimer } from '../../timer.ts';
import { metricsUrl, type OtlpHttpConfig } from './config.ts';
import type { Delivery } from './delivery.ts';
import type { OtlpEncoding } from './encoding.ts';
import { timeoutFailure, type Failure } from './failure.ts';
import type { Payload, PayloadMaker } from './payload.ts';
import { processRetryEdges, retryWithin } from './retry.ts';
import { loadTlsMaterial } from './tls.ts';
import { createTransport } from './transport.ts';

/** What became of a payload, or of a part of one that was too large. */
export interface Sent {
  readonly payload: Payload;
  readonly outcome: Exclude<Delivery, { readonly kind: 'too_large' }>;
}

/** Gets payloads to one backend, as far as that is possible in a given time. */
export interface Sender {
  /** One after the other, with retries; settles within `timeoutMs`. Never rejects. */
  send(payloads: readonly Payload[], timeoutMs: number): Promise<readonly Sent[]>;
  /** Closes every connection. */
  close(): void;
}

export interface SenderParts {
  readonly config: OtlpHttpConfig;
  readonly encoding: OtlpEncoding;
  /** Cuts what the backend finds too large. */
  readonly maker: Pick<PayloadMaker, 'smaller'>;
  readonly userAgent: string;
  readonly setTimer: SetTimer;
}

/** @throws where a TLS file cannot be used */
export function createSender({ config, encoding, maker, userAgent, setTimer }: SenderParts): Sender {
  const { headers, compression } = config;
  const transport = createTransport(
    { url: metricsUrl(config), headers, compression, encoding, tls: loadTlsMaterial(config.tls), userAgent },
    { setTimer, wallNowMs: () => Date.now() },
  );
  const { nowMs } = processRetryEdges;

  return {
    send: async (payloads, timeoutMs) => {
      const deadlineMs = nowMs() + timeoutMs;
      const due = [...payloads];
      const sent: Sent[] = [];
      const giveUp = (failure: Failure): void => {
        const outcome = { kind: 'retryable', failure, retryAfterMs: undefined } as const;
        sent.push(...due.splice(0).map((payload) => ({ payload, outcome })));
      };
      let leftMs = timeoutMs;
      for (let next = due.shift(); next !== undefined; next = due.shift()) {
        const payload = next;
        const outcome = await retryWithin(leftMs, (ms) => transport.send(payload, ms), processRetryEdges);
        if (outcome.kind === 'too_large') {
          const parts = maker.smaller(payload);
          if (parts === undefined) sent.push({ payload, outcome: { ...outcome, kind: 'permanent' } });
          else due.unshift(...parts);
        } else {
          sent.push({ payload, outcome });
        }
        leftMs = Math.floor(deadlineMs - nowMs());
        // What passes by itself has had its time, and the rest would meet it too.
        if (outcome.kind === 'retryable') giveUp(outcome.failure);
        else if (leftMs <= 0) giveUp(timeoutFailure(timeoutMs));
      }
      return sent;
    },
    close: () => transport.close(),
  };
}
