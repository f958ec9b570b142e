import type { SetTimer } from '../../timer.ts';
import type { Payload } from '../sending-queue/payload.ts';
import { deliveryOfAnswer, deliveryOfError, type Delivery } from './delivery.ts';
import { encodingOf, type OtlpEncodings } from './encoding.ts';
import { timeoutFailure, type Failure } from './failure.ts';
import { createHttpClient, type HttpAnswer } from './http-client.ts';
import type { OtlpHttpConfig } from './config.ts';
import type { TlsMaterial } from './tls.ts';

/** One backend: bytes in, what became of them out. Tries once, keeps nothing, never rejects. */
export interface Transport {
  /** Settles within `timeoutMs`, and at once when `stop` is aborted. */
  send(payload: Payload, timeoutMs: number, stop: AbortSignal): Promise<Delivery>;
  /** Ends what is under way and closes every connection. */
  close(): void;
}

export interface TransportOptions {
  readonly url: URL;
  readonly headers: OtlpHttpConfig['headers'];
  readonly encodings: OtlpEncodings;
  readonly tls: TlsMaterial;
  readonly userAgent: string;
}

export interface TransportEdges {
  readonly setTimer: SetTimer;
  /** Since the epoch. */
  readonly wallNowMs: () => number;
}

/** Whoever sends then must not open a connection that nobody closes. */
const stopped: Failure = { errorType: 'stopped', reason: 'the exporter was stopped' };

/** Those that keep method and body. RFC 9110, section 15.4. */
const followed: ReadonlySet<number> = new Set([307, 308]);
const mostRedirects = 3;

export function createTransport(
  options: TransportOptions,
  { setTimer, wallNowMs }: TransportEdges,
): Transport {
  const { url, encodings, userAgent } = options;
  const client = createHttpClient(url.protocol, options.tls);

  const post = async (
    { body, contentType, contentEncoding }: Payload,
    signal: AbortSignal,
  ): Promise<HttpAnswer> => {
    const headers = {
      ...options.headers,
      'content-type': contentType,
      'user-agent': userAgent,
      ...(contentEncoding === undefined ? {} : { 'content-encoding': contentEncoding }),
      'content-length': body.byteLength,
    };
    let to = url;
    for (let redirects = 0; ; redirects++) {
      const answer = await client.post(to, headers, body, signal);
      const next = redirects < mostRedirects ? redirectWithin(to, answer) : undefined;
      if (next === undefined) return answer;
      to = next;
    }
  };

  let closed = false;
  return {
    send: async (payload, timeoutMs, stop) => {
      if (closed || stop.aborted) return { kind: 'retryable', failure: stopped, retryAfterMs: undefined };
      // AbortSignal.any keeps what it gave for as long as the signal that ends last (nodejs/node#54614): stop, for ever.
      const end = new AbortController();
      const abort = (): void => end.abort();
      const cancel = setTimer(abort, timeoutMs);
      stop.addEventListener('abort', abort);
      try {
        const answer = await post(payload, end.signal);
        return deliveryOfAnswer(answer, encodingOf(encodings, payload.contentType), url, wallNowMs());
      } catch (error) {
        if (!end.signal.aborted) return deliveryOfError(error, url);
        const failure = stop.aborted ? stopped : timeoutFailure(timeoutMs);
        return { kind: 'retryable', failure, retryAfterMs: undefined };
      } finally {
        cancel();
        stop.removeEventListener('abort', abort);
      }
    },
    close: () => {
      closed = true;
      client.close();
    },
  };
}

/** Where a redirect leads, if it stays with the one that the headers are for. */
function redirectWithin(from: URL, { status, location }: HttpAnswer): URL | undefined {
  if (!followed.has(status) || location === undefined || !URL.canParse(location, from.href)) return undefined;
  const to = new URL(location, from);
  return to.origin === from.origin ? to : undefined;
}
