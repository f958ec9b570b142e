import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { plainText, type Reply, textReply } from '../reply.ts';
import type { Refusal } from './endpoint-metrics.ts';
import { securityHeaders } from './security-headers.ts';

/** What is answered to requests that are none, before there is a response to answer with. */

function rawReply(status: number, text: string): string {
  const headers = {
    Connection: 'close',
    'Content-Type': plainText,
    'Content-Length': Buffer.byteLength(text) + 1,
    ...securityHeaders,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${text}\n`;
}

/** How a request that Node's parser gave up on is refused. Undefined where the connection is no HTTP: nobody reads it. */
export function parserRefusal(
  code: string | undefined,
): { readonly why: Refusal; readonly reply: string } | undefined {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { why: 'oversized', reply: rawReply(431, 'the headers are larger than 8 KiB') };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { why: 'slow', reply: rawReply(408, 'the request took too long to arrive') };
    default:
      return code?.startsWith('HPE_')
        ? { why: 'malformed', reply: rawReply(400, 'this is no HTTP/1.1') }
        : undefined;
  }
}

/** CONNECT: this is no proxy. */
export function refuseTunnel(socket: Duplex): void {
  socket.end(rawReply(405, 'only GET and HEAD'), () => socket.destroy());
}

const closing = { Connection: 'close' };

/**
 * Requests that are HTTP and have no business here. A body is read by nobody, and where it ends is what request smuggling
 * is made of; so is a second Host, and one is needed since HTTP/1.1 (RFC 9112, section 3.2).
 */
export function messageRefusal({ headers, rawHeaders, httpVersion }: IncomingMessage): Reply | undefined {
  const length = headers['content-length'];
  if (headers['transfer-encoding'] !== undefined || (length !== undefined && Number(length) !== 0)) {
    return textReply(413, 'a request has no body here', closing);
  }
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  const needed = httpVersion === '1.0' ? 0 : 1;
  return hosts.length >= needed && hosts.length <= 1
    ? undefined
    : textReply(400, 'expected one Host', closing);
}
