import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** What a request is answered with, before it is HTTP. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Buffer;
  readonly headers?: OutgoingHttpHeaders;
}

export const plainText = 'text/plain; charset=utf-8';

export function textReply(status: number, body: string, headers?: OutgoingHttpHeaders): Reply {
  return { status, contentType: plainText, body: `${body}\n`, ...(headers === undefined ? {} : { headers }) };
}

/** Sends it, unless the client is gone. To HEAD Node sends the headers alone. */
export function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return;
  response.writeHead(reply.status, {
    'Content-Type': reply.contentType,
    'Content-Length': Buffer.byteLength(reply.body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...reply.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : reply.body);
}
