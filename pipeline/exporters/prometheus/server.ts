import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { https } from '../../node-modules.ts';
import type { ServerCertificate } from './endpoint/certificate.ts';
import type { ProtectedEndpoint, ServerTls } from './endpoint/endpoint.ts';
import { parserRefusal, refuseTunnel } from './endpoint/refusals.ts';
import { type Endpoint, listenError } from './listen-error.ts';

/** Limits of a server that has no time to waste: a client that is slow or silent is dropped before it can crowd out others. */
const limits = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  /** Longer than the usual minute between scrapes, so that a scraper keeps its connection. */
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 2_500,
  maxHeaderSize: 8_192,
  /** It is missed elsewhere: Node's own answer has no headers. */
  requireHostHeader: false,
} as const;
const handshakeTimeoutMs = 5_000;
/** A response that the client does not take in at all. */
const stalledSocketTimeoutMs = 30_000;
/** At the end: whoever connected to ask something now has asked it by then. */
const silentGraceMs = 100;

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

export interface Server {
  /** @throws ListenError */
  listen(): Promise<AddressInfo>;
  /** Undefined while it does not listen. */
  address(): AddressInfo | undefined;
  /** The same question without a system call. */
  isListening(): boolean;
  /** For connections from now on; those that there are ask again by new ones. */
  readonly useCertificate: (certificate: ServerCertificate) => void;
  /** Takes no more requests, lets those under way finish within `timeoutMs`, then ends them. */
  close(timeoutMs: number): Promise<void>;
}

/** A server for HTTP or for https, and how the latter gets another certificate. */
function createListener(tls: ServerTls | undefined, onRequest: RequestListener) {
  if (tls === undefined) return { http: createServer(limits, onRequest), setCertificate: () => undefined };
  // Where clients need a certificate, one without does not get as far as a request: a resumed session looks authorized
  // to whoever asks later.
  const http = https().createServer(
    {
      ...limits,
      ...tls.certificate,
      handshakeTimeout: handshakeTimeoutMs,
      requestCert: tls.clientCertificates,
      rejectUnauthorized: true,
    },
    onRequest,
  );
  return { http, setCertificate: (certificate: ServerCertificate) => http.setSecureContext(certificate) };
}

/** @param where with the configuration's key for it, for messages */
export function createHttpServer(
  where: Endpoint & { readonly setting: string },
  { tls, connections, refused }: Pick<ProtectedEndpoint, 'tls' | 'connections' | 'refused'>,
  handle: RequestHandler,
  onError: (error: Error) => void,
): Server {
  let closing = false;
  const onRequest: RequestListener = (request, response) => {
    if (!connections.asked(request, response)) return;
    response.once('close', () => {
      // Kept alive, the connection would hold up close() until it times out.
      if (closing) setImmediate(() => http.closeIdleConnections());
    });
    handle(request, response);
  };
  const { http, setCertificate } = createListener(tls, onRequest);
  http.setTimeout(stalledSocketTimeoutMs);
  http.on('connection', connections.opened);
  // Nobody waits for a body here, and every expectation is of one.
  http.on('checkContinue', onRequest);
  http.on('checkExpectation', onRequest);
  http.on('connect', (_request, socket) => {
    refused('malformed');
    refuseTunnel(socket);
  });
  http.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const refusal = parserRefusal(error.code);
    if (refusal !== undefined) refused(refusal.why);
    // In the middle of another answer it would be taken for a part of that.
    const answering = socket instanceof Socket && (connections.of(socket)?.open.size ?? 0) > 0;
    if (refusal === undefined || answering || !socket.writable) socket.destroy();
    else socket.end(refusal.reply, () => socket.destroy());
  });

  const address = () => {
    const bound = http.address();
    return bound === null || typeof bound === 'string' ? undefined : bound;
  };

  return {
    address,
    isListening: () => http.listening,
    listen: () =>
      new Promise((resolve, reject) => {
        const refuse = (error: Error) => reject(listenError(error, where, where.setting));
        http.once('error', refuse);
        http.listen({ host: where.host, port: where.port }, () => {
          http.off('error', refuse);
          http.on('error', onError);
          const bound = address();
          if (bound === undefined) refuse(new Error('closed while starting'));
          else resolve(bound);
        });
      }),
    useCertificate(certificate) {
      setCertificate(certificate);
      connections.outdate();
      http.closeIdleConnections();
    },
    close: (timeoutMs) =>
      new Promise((resolve) => {
        closing = true;
        const deadline = setTimeout(() => http.closeAllConnections(), timeoutMs);
        // Browsers connect ahead of what they may ask, and Node calls only those idle that asked for something before.
        const grace = setTimeout(connections.endSilent, silentGraceMs);
        http.close(() => {
          clearTimeout(deadline);
          clearTimeout(grace);
          resolve();
        });
        http.closeIdleConnections();
      }),
  };
}
