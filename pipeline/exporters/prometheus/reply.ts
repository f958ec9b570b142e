import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { securityHeaders } from './endpoint/security-headers.ts';

/** What a request is answered with, before it is HTTP. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  /** None where only the headers were asked for, and the body would have to be made to know its length. */
  readonly body?: string | Buffer;
  readonly headers?: OutgoingHttpHeaders;
  /** Called once nothing reads the body any more: it was sent, or the client is gone. */
  readonly release?: () => void;
}

export const plainText = 'text/plain; charset=utf-8';

export function textReply(status: number, body: string, headers?: OutgoingHttpHeaders): Reply {
  return { status, contentType: plainText, body: `${body}\n`, ...(headers === undefined ? {} : { headers }) };
}

export function isGone(request: IncomingMessage, response: ServerResponse): boolean {
  return response.destroyed || request.destroyed;
}

/**
 * Sends it, unless the client is gone. To HEAD Node sends the headers alone.
 *
 * A body of many megabytes goes to a slow client in pieces: Node gives the socket the buffer itself, not a copy, and the
 * kernel takes of it what fits its own. So the body must stay as it is until `release`.
 */
export function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  const { body, release } = reply;
  if (isGone(request, response)) return release?.();
  // The request closes after its response. A response that waits behind another on its connection does not close when
  // the client goes; its request does.
  if (release !== undefined) request.once('close', release);
  response.writeHead(reply.status, {
    'Content-Type': reply.contentType,
    ...(body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }),
    ...securityHeaders,
    ...reply.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
