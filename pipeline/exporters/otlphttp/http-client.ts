import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { https } from '../../node-modules.ts';
import type { TlsMaterial } from './tls.ts';

/** What an answer says, as far as pushing needs it. */
export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly location: string | undefined;
  readonly retryAfter: string | undefined;
  /** Its beginning. */
  readonly body: Buffer;
}

/** Sends requests over connections that it keeps. */
export interface HttpClient {
  /**
   * @throws what the network, TLS or the signal ended it with
   */
  post(
    url: URL,
    headers: Readonly<Record<string, string | number>>,
    body: Uint8Array,
    signal: AbortSignal,
  ): Promise<HttpAnswer>;
  /** Closes every connection, also those in use. */
  close(): void;
}

/**
 * Load balancers close a connection that was idle for 60 s (AWS Application Load Balancer's default), some without a
 * word: ours goes first. A server that announces less in `Keep-Alive: timeout=` is heeded by Node's agent.
 */
const idleTimeoutMs = 50_000;
/** The push under way, and a last one at shutdown beside one that hangs. */
const maxConnections = 2;
/** An answer is a few words; of one that is not, the rest does not matter. */
const longestAnswerBytes = 64 * 1024;

/** @param tls where requests go to https */
export function createHttpClient(protocol: string, tls: TlsMaterial): HttpClient {
  const pool = { keepAlive: true, timeout: idleTimeoutMs, maxSockets: maxConnections };
  const [agent, request] =
    protocol === 'https:'
      ? [new (https().Agent)({ ...pool, ...tls }), https().request]
      : [new HttpAgent(pool), httpRequest];

  const postOnce = (...[url, headers, body, signal]: Post): Promise<HttpAnswer | undefined> =>
    new Promise((resolve, reject) => {
      const sending = request(url, { method: 'POST', headers, agent, signal });
      sending.once('response', (response) => resolve(readAnswer(response)));
      sending.on('error', (error: NodeJS.ErrnoException) => {
        const broke = error.code === 'ECONNRESET' || error.code === 'EPIPE';
        if (broke && sending.reusedSocket && !signal.aborted) resolve(undefined);
        else reject(error);
      });
      sending.end(body);
    });

  const post: HttpClient['post'] = async (...what) => {
    // A server may close an idle connection at the moment it is used again. Node's agent has let go of it by then, so this
    // ends with a new one at the latest. https://nodejs.org/api/http.html#requestreusedsocket
    let answer: HttpAnswer | undefined;
    while (answer === undefined) answer = await postOnce(...what);
    return answer;
  };
  return { post, close: () => agent.destroy() };
}

type Post = Parameters<HttpClient['post']>;

function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  const { statusCode = 0, statusMessage = '', headers } = response;
  const chunks: Buffer[] = [];
  let bodyBytes = 0;
  return new Promise((resolve) => {
    const answer = (): void =>
      resolve({
        status: statusCode,
        statusText: statusMessage,
        location: headers.location,
        retryAfter: headers['retry-after'],
        body: Buffer.concat(chunks),
      });
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bodyBytes += chunk.byteLength;
      if (bodyBytes < longestAnswerBytes) return;
      answer();
      response.destroy();
    });
    response.once('end', answer);
    // A connection that breaks within an answer takes nothing back of it, nor does time that runs out: a 2xx is not sent again.
    response.once('error', answer);
  });
}
