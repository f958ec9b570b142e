import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Endpoint, listenError } from './listen-error.ts';

/**
 * Limits of a server that has no secrets to keep and no time to waste: a client that is slow or silent is dropped before
 * it can crowd out the scrapers.
 */
const limits = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  /** Longer than the usual minute between scrapes, so that a scraper keeps its connection. */
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 2_500,
  maxHeaderSize: 8_192,
} as const;
/** A response that the client does not take in. */
const stalledSocketTimeoutMs = 30_000;
const maxConnections = 128;

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

export interface Server {
  /** @throws ListenError */
  listen(): Promise<AddressInfo>;
  /** Undefined while it does not listen. */
  address(): AddressInfo | undefined;
  /** Takes no more requests, lets those under way finish within `timeoutMs`, then ends them. */
  close(timeoutMs: number): Promise<void>;
}

/** @param setting the configuration's key for the endpoint, for messages */
export function createHttpServer(
  endpoint: Endpoint,
  setting: string,
  handle: RequestHandler,
  onError: (error: Error) => void,
): Server {
  let closing = false;
  const http = createServer(limits, (request, response) => {
    response.once('close', () => {
      // Kept alive, the connection would hold up close() until it times out.
      if (closing) setImmediate(() => http.closeIdleConnections());
    });
    handle(request, response);
  });
  http.maxConnections = maxConnections;
  http.setTimeout(stalledSocketTimeoutMs);

  const address = () => {
    const bound = http.address();
    return bound === null || typeof bound === 'string' ? undefined : bound;
  };

  return {
    address,
    listen: () =>
      new Promise((resolve, reject) => {
        const refuse = (error: Error) => reject(listenError(error, endpoint, setting));
        http.once('error', refuse);
        http.listen({ host: endpoint.host, port: endpoint.port }, () => {
          http.off('error', refuse);
          http.on('error', onError);
          const bound = address();
          if (bound === undefined) reject(listenError(new Error('closed while starting'), endpoint, setting));
          else resolve(bound);
        });
      }),
    close: (timeoutMs) =>
      new Promise((resolve) => {
        closing = true;
        const deadline = setTimeout(() => http.closeAllConnections(), timeoutMs);
        http.close(() => {
          clearTimeout(deadline);
          resolve();
        });
        http.closeIdleConnections();
      }),
  };
}
