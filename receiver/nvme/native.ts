import { getSystemErrorMap, inspect } from 'node:util';
import { nativeAddon, type Identity, type NativeAddon } from '../native-addon.ts';
import { createRecordReader, type RecordReader } from './native-record.ts';
import type { ReadError, ReadOutcome } from './source.ts';
import type { StatisticsRow } from './statistics-row.ts';

export type { Identity } from '../native-addon.ts';

/**
 * Loads the addon now instead of at the first read.
 * @throws where there is none that fits, naming what was tried
 */
export function loadNative(): void {
  nativeAddon();
}

export interface StatisticsRequest {
  /** The block device of the namespace, `/dev/nvme1n1`. */
  readonly path: string;
  /** Ask for latencies by I/O size too, with one more command where the drive has them. */
  readonly ioSizes: boolean;
  /** `259:3`: a block device with another number is not asked. Absent, any is. */
  readonly deviceNumber?: string;
}

export type IdentifyOutcome =
  | { readonly ok: true; readonly identity: Identity; readonly durationSeconds: number }
  | { readonly ok: false; readonly error: ReadError; readonly durationSeconds: number };

export type DecodeOutcome =
  | { readonly ok: true; readonly statistics: StatisticsRow }
  | { readonly ok: false; readonly error: ReadError };

interface Native {
  readonly addon: NativeAddon;
  readonly reader: RecordReader;
  /** The block of the last call, for the next one: 128 devices take 286 KB. */
  spareBlock: Float64Array;
}

let opened: Native | undefined;

/** Where hrtime, which is the addon's clock, has its zero on the clock of performance.now(). */
function hrtimeOriginMs(): number {
  let originMs = 0;
  let shortestMs = Infinity;
  // Between two looks at clocks the process may stand still: of several the closest are right.
  for (let look = 0; look < 5; look++) {
    const beforeMs = performance.now();
    const hrtimeMs = Number(process.hrtime.bigint()) / 1e6;
    const afterMs = performance.now();
    if (afterMs - beforeMs >= shortestMs) continue;
    shortestMs = afterMs - beforeMs;
    originMs = (beforeMs + afterMs) / 2 - hrtimeMs;
  }
  return originMs;
}

function native(): Native {
  if (opened === undefined) {
    const addon = nativeAddon();
    opened = {
      addon,
      reader: createRecordReader(addon, hrtimeOriginMs()),
      spareBlock: new Float64Array(0),
    };
  }
  return opened;
}

/** Only the addon writes into a block, and only until its call is over; calls that overlap take one each. */
function takeBlock(length: number): Float64Array {
  const { spareBlock } = native();
  if (spareBlock.length < length) return new Float64Array(length);
  native().spareBlock = new Float64Array(0);
  return spareBlock;
}

function giveBack(block: Float64Array): void {
  if (block.length > native().spareBlock.length) native().spareBlock = block;
}

function expected(what: string, where: string, received: unknown): TypeError {
  return new TypeError(`Expected ${what} for ${where} but received ${inspect(received, { depth: 0 })}`);
}

const maxTimeoutMs = 2 ** 31 - 1;

function checkTimeout(timeoutMs: number): void {
  if (!(timeoutMs > 0 && timeoutMs <= maxTimeoutMs)) {
    throw expected(`0 to ${maxTimeoutMs} milliseconds`, 'timeoutMs', timeoutMs);
  }
}

function checkPath(path: string, of: 'device' | 'folder'): void {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw expected(`the path of a ${of}`, 'path', path);
  }
}

const deviceNumberPattern = /^(\d+):(\d+)$/;

/** Major and minor number of each device, 0 and 0 where they are not known. */
function deviceNumbersOf(requests: readonly StatisticsRequest[]): Uint32Array {
  const numbers = new Uint32Array(2 * requests.length);
  requests.forEach(({ deviceNumber }, i) => {
    if (deviceNumber === undefined) return;
    const match = deviceNumberPattern.exec(deviceNumber);
    if (match === null) throw expected('major:minor', 'deviceNumber', deviceNumber);
    numbers.set([Number(match[1]), Number(match[2])], 2 * i);
  });
  return numbers;
}

/** Devices that are read again and again: what of them does not change is handed to the addon once. */
export interface StatisticsReader {
  /** As `readStatistics`. Readings may overlap. */
  read(timeoutMs: number): Promise<ReadOutcome[]>;
}

function outcomesIn(
  block: Float64Array,
  rowLength: number,
  requests: readonly StatisticsRequest[],
  timeoutMs: number,
): ReadOutcome[] {
  const { reader } = native();
  let length = 0;
  for (let i = 0; i < requests.length; i++) {
    if (reader.isAnswered(block, i * rowLength)) length += reader.answerLength(block, i * rowLength);
  }
  // One array for all devices: readings are kept until the next one, and typed arrays are dear.
  const values = new Float64Array(length);
  let next = 0;
  return requests.map(({ path, deviceNumber }, i): ReadOutcome => {
    const row = i * rowLength;
    if (!reader.isAnswered(block, row)) {
      const error = reader.failure(block, row, { path, command: 'Get Log Page', timeoutMs, deviceNumber });
      return { ok: false, error, durationSeconds: reader.durationSeconds(block, row) };
    }
    const at = next;
    next += reader.answerLength(block, row);
    return reader.answer(block, row, values, at);
  });
}

/** @throws where an argument is wrong or the addon cannot be loaded */
export function createStatisticsReader(requests: readonly StatisticsRequest[]): StatisticsReader {
  const paths = requests.map(({ path }) => path);
  for (const path of paths) checkPath(path, 'device');
  const deviceNumbers = deviceNumbersOf(requests);
  if (requests.length === 0) return { read: async () => [] };
  const { addon } = native();
  const ioSizes = Uint8Array.from(requests, (request) => (request.ioSizes ? 1 : 0));
  const rowLength = ioSizes.includes(1) ? addon.fields.lengthWithBands : addon.fields.length;
  const prepared = addon.prepareReading(paths, ioSizes, deviceNumbers);
  return {
    async read(timeoutMs) {
      checkTimeout(timeoutMs);
      const block = takeBlock(rowLength * requests.length);
      await new Promise<void>((resolve) => {
        addon.readStatistics(prepared, timeoutMs, block, rowLength, resolve);
      });
      const outcomes = outcomesIn(block, rowLength, requests, timeoutMs);
      giveBack(block);
      return outcomes;
    },
  };
}

/**
 * Reads the statistics page of many devices at once, on the addon's own threads. One outcome per request, in order,
 * each within `timeoutMs` of the call. A device that an earlier call gave up on is not asked again while the command to
 * it is outstanding: its outcome is a timeout at once. Neither is a block device that is not the one meant.
 * Send it to Amazon's drives only. Needs CAP_SYS_ADMIN.
 * Rejects where an argument is wrong or the addon cannot be loaded; never because of a device.
 */
export async function readStatistics(
  requests: readonly StatisticsRequest[],
  timeoutMs: number,
): Promise<ReadOutcome[]> {
  checkTimeout(timeoutMs);
  return createStatisticsReader(requests).read(timeoutMs);
}

/**
 * Sends Identify Controller to many devices at once, under the same rules as `readStatistics`. Needs no capability, and
 * any drive may be asked.
 */
export async function identify(paths: readonly string[], timeoutMs: number): Promise<IdentifyOutcome[]> {
  checkTimeout(timeoutMs);
  for (const path of paths) checkPath(path, 'device');
  if (paths.length === 0) return [];

  const { addon, reader } = native();
  const rowLength = addon.fields.headLength;
  const block = new Float64Array(rowLength * paths.length);
  const identities = await new Promise<readonly (Identity | undefined)[]>((resolve) => {
    addon.identify(paths, timeoutMs, block, rowLength, resolve);
  });
  return paths.map((path, i): IdentifyOutcome => {
    const row = i * rowLength;
    const durationSeconds = reader.durationSeconds(block, row);
    if (!reader.isAnswered(block, row)) {
      const error = reader.failure(block, row, { path, command: 'Identify', timeoutMs });
      return { ok: false, error, durationSeconds };
    }
    const identity = identities[i];
    if (identity === undefined) throw new Error(`the addon has no identity for ${path}, which answered`);
    return { ok: true, identity, durationSeconds };
  });
}

/**
 * What is in a folder: for each entry a line with the number of its inode and its name, `4711 nvme0`. Text, because it is
 * compared with that of before more often than it is looked through. Empty where there is no such folder.
 * @throws where it is there and cannot be listed, as node:fs does
 */
export function listFolder(path: string): string {
  checkPath(path, 'folder');
  const listing = native().addon.listFolder(path);
  if (typeof listing === 'string') return listing;
  const [code, reason] = getSystemErrorMap().get(-listing) ?? [`errno ${listing}`, 'unknown error'];
  if (code === 'ENOENT') return '';
  const error = new Error(`${code}: ${reason}, scandir '${path}'`);
  throw Object.assign(error, { errno: -listing, code, syscall: 'scandir', path });
}

const pageBytes = 4096;

/**
 * Decodes a page that came from somewhere else than a device: 4096 bytes, or 8192 with the latencies by I/O size.
 * @throws where the bytes are of another length or the addon cannot be loaded
 */
export function decodeStatistics(bytes: Uint8Array): DecodeOutcome {
  const { length } = bytes;
  if (length !== pageBytes && length !== 2 * pageBytes) {
    throw expected(`${pageBytes} or ${2 * pageBytes} bytes`, 'bytes', bytes);
  }
  const { addon, reader } = native();
  const record = takeBlock(addon.fields.lengthWithBands);
  addon.decodeStatistics(bytes, record);
  const outcome: DecodeOutcome = reader.isAnswered(record, 0)
    ? { ok: true, statistics: reader.statistics(record, 0) }
    : {
        ok: false,
        error: reader.failure(record, 0, { path: 'the page', command: 'Get Log Page', timeoutMs: 0 }),
      };
  giveBack(record);
  return outcome;
}
