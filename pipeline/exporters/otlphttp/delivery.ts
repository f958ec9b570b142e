import { parseRetryAfterMs } from '../../retry-after.ts';
import type { OtlpEncoding, PartialSuccess } from './encoding.ts';
import { httpFailure, networkFailure, type Failure } from './failure.ts';
import type { HttpAnswer } from './http-client.ts';

/** What became of one request: told apart by what is to be done with its payload. */
export type Delivery =
  | {
      readonly kind: 'delivered';
      /** The backend's "yes, but". */
      readonly partialSuccess: PartialSuccess | undefined;
    }
  | {
      readonly kind: 'retryable';
      readonly failure: Failure;
      /** Not sooner than after this, where that is known. */
      readonly retryAfterMs: number | undefined;
    }
  /** To be sent in parts. */
  | { readonly kind: 'too_large'; readonly failure: Failure }
  /** The backend will never take it. */
  | { readonly kind: 'permanent'; readonly failure: Failure };

/** https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const retryableStatus: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** @param wallNowMs since the epoch, for a `Retry-After` that is a date */
export function deliveryOfAnswer(
  answer: HttpAnswer,
  encoding: OtlpEncoding,
  url: URL,
  wallNowMs: number,
): Delivery {
  const { status, body, retryAfter } = answer;
  if (status >= 200 && status < 300) {
    return { kind: 'delivered', partialSuccess: encoding.partialSuccess(body) };
  }
  const failure = httpFailure(answer, url);
  if (status === 413) return { kind: 'too_large', failure };
  if (!retryableStatus.has(status)) return { kind: 'permanent', failure };
  return { kind: 'retryable', failure, retryAfterMs: parseRetryAfterMs(retryAfter, wallNowMs) };
}

/** What passes by itself, often within seconds. */
const passing: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);

/** Somebody has to do something first, with a certificate perhaps: to ask again at once would only delay the news. */
const untilMendedMs = 60_000;

/** Without an answer nobody has said that the payload is at fault: it is worth keeping. */
export function deliveryOfError(error: unknown, url: URL): Delivery {
  const failure = networkFailure(error, url);
  return {
    kind: 'retryable',
    failure,
    retryAfterMs: passing.has(failure.errorType) ? undefined : untilMendedMs,
  };
}
