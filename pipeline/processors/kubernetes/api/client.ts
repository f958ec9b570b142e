import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { https } from '../../../node-modules.ts';
import { parseRetryAfterMs } from '../../../retry-after.ts';
import type { RecordApiCall } from '../../../telemetry/api-metrics.ts';
import type { ApiAccess, Credentials } from './access.ts';

export type ApiAnswer =
  | { readonly ok: true; readonly body: unknown }
  | {
      readonly ok: false;
      /** `absent`: there is no such object. `denied`: we may not see it. `later`: asking again may help. */
      readonly kind: 'absent' | 'denied' | 'later';
      readonly reason: string;
      /** How long the server wants to be left alone, ms. */
      readonly retryAfterMs?: number;
    };

export interface ApiQuestion {
  /** `/api/v1/nodes/node-7`, with the query. */
  readonly path: string;
  /** Few values: what is asked, not of whom. */
  readonly operation: string;
  /** Where not whole objects are wanted. */
  readonly accept?: string;
}

export interface ApiClient {
  /** Never rejects. */
  get(question: ApiQuestion): Promise<ApiAnswer>;
  close(): void;
}

/** A node object of a big machine has 200 KB, mostly names of images. */
const largestBodyBytes = 16 * 1024 * 1024;

/** Requests come in bursts, after a rest of many minutes: ten thousand idle connections serve nobody. */
const idleConnectionMs = 15_000;

type Reply =
  | { readonly status: number; readonly headers: IncomingMessage['headers']; readonly body: string }
  | { readonly errorType: string; readonly reason: string };

type Agent = HttpAgent | HttpsAgent;

function createAgent(server: URL, { tls }: Credentials): Agent {
  const options = { keepAlive: true, maxSockets: 1, timeout: idleConnectionMs };
  return server.protocol === 'https:' ? new (https().Agent)({ ...options, ...tls }) : new HttpAgent(options);
}

function send(url: URL, headers: Record<string, string>, agent: Agent, timeoutMs: number): Promise<Reply> {
  return new Promise((resolve) => {
    const fail = (error: unknown): void => {
      const { code = 'unknown', message } = error as NodeJS.ErrnoException;
      const errorType = code === 'ABORT_ERR' ? 'timeout' : code;
      resolve({ errorType, reason: errorType === 'timeout' ? `no answer in ${timeoutMs} ms` : message });
    };
    try {
      const ask = url.protocol === 'https:' ? https().request : httpRequest;
      const signal = AbortSignal.timeout(timeoutMs);
      const outgoing = ask(url, { headers, agent, signal }, (response) => {
        const chunks: Buffer[] = [];
        let sizeBytes = 0;
        response.on('data', (chunk: Buffer) => {
          sizeBytes += chunk.length;
          chunks.push(chunk);
          if (sizeBytes <= largestBodyBytes) return;
          resolve({ errorType: 'too_large', reason: `more than ${largestBodyBytes} bytes` });
          response.destroy();
        });
        response.on('error', fail);
        response.on('end', () => {
          const body = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        });
      });
      outgoing.on('error', fail);
      outgoing.end();
    } catch (error) {
      // A header that HTTP does not allow: a token that is none.
      fail(error);
    }
  });
}

function parsed(text: string): ApiAnswer {
  try {
    return { ok: true, body: JSON.parse(text) as unknown };
  } catch {
    return { ok: false, kind: 'later', reason: 'the answer is no JSON' };
  }
}

function kindOf(status: number): 'absent' | 'denied' | 'later' {
  if (status === 404 || status === 410) return 'absent';
  return status === 401 || status === 403 ? 'denied' : 'later';
}

/** Nobody is there, or nobody lets us there. */
const unreachable = new Set([
  'timeout',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
]);

/** What to do, where that is known. */
function adviceOn(reply: Reply): string {
  if ('errorType' in reply) {
    return unreachable.has(reply.errorType)
      ? ' (network policies and firewalls must let the collector there)'
      : '';
  }
  if (reply.status === 401) return ' (it does not accept the token or certificate that it is shown)';
  return reply.status === 403 ? ' (the service account must have that permission)' : '';
}

function answerOf(url: URL, reply: Reply): ApiAnswer {
  const advice = adviceOn(reply);
  if ('errorType' in reply) {
    return { ok: false, kind: 'later', reason: `cannot ask ${url.host}: ${reply.reason}${advice}` };
  }
  const { status, headers, body } = reply;
  if (status === 200) return parsed(body);
  const reason = `${url.host} answered GET ${url.pathname} with HTTP ${status}${advice}`;
  const waitMs = parseRetryAfterMs(headers['retry-after'], Date.now());
  return {
    ok: false,
    kind: kindOf(status),
    reason,
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
  };
}

/** One connection, one request at a time, no proxies, no redirects. */
export function createApiClient(access: ApiAccess, record: RecordApiCall, timeoutMs: number): ApiClient {
  let connection: { readonly credentials: Credentials; readonly agent: Agent } | undefined;

  const agentFor = (credentials: Credentials): Agent => {
    if (connection?.credentials !== credentials) {
      connection?.agent.destroy();
      connection = { credentials, agent: createAgent(access.server, credentials) };
    }
    return connection.agent;
  };

  const ask = async ({ path, operation, accept = 'application/json' }: ApiQuestion) => {
    const url = new URL(access.server.pathname.replace(/\/$/, '') + path, access.server);
    const startedAtMs = performance.now();
    let reply: Reply;
    try {
      const credentials = await access.credentials();
      const { token } = credentials;
      // A token is shown to nobody who is not who he says.
      const shown: Record<string, string> =
        token === undefined || url.protocol !== 'https:' ? {} : { authorization: `Bearer ${token}` };
      const headers = { accept, 'user-agent': 'ebs-nvme-collector', ...shown };
      reply = await send(url, headers, agentFor(credentials), timeoutMs);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      reply = { errorType: 'credentials', reason };
    }
    const status = 'status' in reply ? reply.status : undefined;
    record({
      api: 'kubernetes',
      operation,
      durationSeconds: (performance.now() - startedAtMs) / 1000,
      errorType: 'errorType' in reply ? reply.errorType : status === 200 ? undefined : String(status),
      throttled: status === 429,
    });
    if (status === 401) access.refused();
    return { status, answer: answerOf(url, reply) };
  };

  return {
    async get(question) {
      const first = await ask(question);
      // A token that ended a moment ago may have been replaced since it was read.
      return first.status === 401 ? (await ask(question)).answer : first.answer;
    },
    close: () => connection?.agent.destroy(),
  };
}
