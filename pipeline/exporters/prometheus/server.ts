import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
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
/** At the end: whoever connected to ask something now has asked it by then. */
const silentGraceMs = 100;

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
  // Browsers connect ahead of what they may ask. Node calls only those connections idle that asked for something before.
  const silent = new Set<Socket>();
  const http = createServer(limits, (request, response) => {
    silent.delete(request.socket);
    response.once('close', () => {
      // Kept alive, the connection would hold up close() until it times out.
      if (closing) setImmediate(() => http.closeIdleConnections());
    });
    handle(request, response);
  });
  http.on('connection', (socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
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
        const grace = setTimeout(() => silent.forEach((socket) => socket.destroy()), silentGraceMs);
        http.close(() => {
          clearTimeout(deadline);
          clearTimeout(grace);
          resolve();
        });
        http.closeIdleConnections();
      }),
  };
}
