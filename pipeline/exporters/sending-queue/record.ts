import { crypto } from '../../node-modules.ts';
import type { Birth } from './bounds.ts';
import type { QueuedPayload } from './payload.ts';

/**
 * What a payload's file holds:
 *
 *     ebs-nvme-collector payload 1 SHA-256 LENGTH\n
 *     {"id":…,"contentType":…,…}\n
 *     body
 *
 * SHA-256 (hexadecimal) and LENGTH (bytes) are of everything after the first line break. `head -2 FILE` shows what it is.
 */
export interface PayloadRecord {
  readonly payload: QueuedPayload;
  readonly birth: Birth;
}

interface Head {
  readonly id: string;
  readonly contentType: string;
  readonly contentEncoding?: string;
  readonly dataPoints: number;
  readonly createdAtMs: number;
  readonly uptimeMs: number;
  readonly bootId: string;
}

/** Enough of a file for `readHead`. */
export const headBytes = 1024;

const firstLine = /^ebs-nvme-collector payload 1 ([0-9a-f]{64}) (\d{1,12})$/;
const lineBreak = 0x0a;

export function encodeRecord({ payload, birth }: PayloadRecord): Buffer {
  const { body, id, contentType, contentEncoding, dataPoints, createdAtMs } = payload;
  const head: Head = {
    id,
    contentType,
    ...(contentEncoding === undefined ? {} : { contentEncoding }),
    dataPoints,
    createdAtMs,
    uptimeMs: birth.uptimeMs,
    bootId: birth.bootId,
  };
  const rest = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]);
  return Buffer.concat([Buffer.from(`ebs-nvme-collector payload 1 ${digest(rest)} ${rest.length}\n`), rest]);
}

/** What a file says of itself, without its body; undefined where it is torn. The body may be torn still. */
export function readHead(
  start: Uint8Array,
  fileBytes: number,
): { readonly id: string; readonly dataPoints: number; readonly birth: Birth } | undefined {
  const parts = split(start);
  if (parts === undefined || fileBytes !== parts.lengthBytes + parts.restAt) return undefined;
  const { id, dataPoints, createdAtMs, uptimeMs, bootId } = parts.head;
  return { id, dataPoints, birth: { createdAtMs, uptimeMs, bootId } };
}

/** The payload of a whole file; undefined where it is torn. */
export function decodeRecord(file: Uint8Array): QueuedPayload | undefined {
  const parts = split(file);
  if (parts === undefined || digest(file.subarray(parts.restAt)) !== parts.digest) return undefined;
  const { id, contentType, contentEncoding, dataPoints, createdAtMs } = parts.head;
  return { body: file.subarray(parts.bodyAt), id, contentType, contentEncoding, dataPoints, createdAtMs };
}

function digest(bytes: Uint8Array): string {
  return crypto().createHash('sha256').update(bytes).digest('hex');
}

interface Parts {
  readonly digest: string;
  readonly lengthBytes: number;
  readonly restAt: number;
  readonly bodyAt: number;
  readonly head: Head;
}

function split(file: Uint8Array): Parts | undefined {
  const firstEnd = file.indexOf(lineBreak);
  const secondEnd = file.indexOf(lineBreak, firstEnd + 1);
  if (firstEnd === -1 || secondEnd === -1) return undefined;
  const [, sum, length] = firstLine.exec(Buffer.from(file.subarray(0, firstEnd)).toString('latin1')) ?? [];
  const head = parseHead(Buffer.from(file.subarray(firstEnd + 1, secondEnd)).toString());
  if (sum === undefined || head === undefined) return undefined;
  return { digest: sum, lengthBytes: Number(length), restAt: firstEnd + 1, bodyAt: secondEnd + 1, head };
}

function parseHead(text: string): Head | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isHead(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Goes into a header of the request: one line of visible characters. */
const headerValue = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

function isHead(value: unknown): value is Head {
  if (typeof value !== 'object' || value === null) return false;
  const { id, contentType, contentEncoding, dataPoints, createdAtMs, uptimeMs, bootId } = value as Record<
    string,
    unknown
  >;
  const isHeader = (text: unknown): boolean => typeof text === 'string' && headerValue.test(text);
  return (
    isHeader(id) &&
    isHeader(contentType) &&
    (contentEncoding === undefined || isHeader(contentEncoding)) &&
    typeof bootId === 'string' &&
    Number.isSafeInteger(dataPoints) &&
    [dataPoints, createdAtMs, uptimeMs].every((each) => Number.isFinite(each) && Number(each) >= 0)
  );
}
