import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { nativeFilePaths } from './native-file-paths.ts';

declare const preparedReading: unique symbol;

/** Devices as the addon keeps them, to be read as often as somebody likes. */
export interface PreparedReading {
  readonly [preparedReading]: never;
}

declare const nativePageText: unique symbol;

/** A page's text as the addon keeps it. */
export interface NativePageText {
  readonly [nativePageText]: never;
}

/**
 * The addon as native/addon/ exports it. Its functions check nothing: those who call them do, which
 * test/architecture/layering.test.ts counts.
 */
export interface NativeAddon {
  prepareReading(paths: readonly string[], ioSizes: Uint8Array, deviceNumbers: Uint32Array): PreparedReading;
  readStatistics(
    prepared: PreparedReading,
    timeoutMs: number,
    block: Float64Array,
    rowLength: number,
    callback: () => void,
  ): void;
  identify(
    paths: readonly string[],
    timeoutMs: number,
    block: Float64Array,
    rowLength: number,
    callback: (identities: readonly (Identity | undefined)[]) => void,
  ): void;
  decodeStatistics(bytes: Uint8Array, record: Float64Array): void;
  /** A line for each entry, the number of its inode and its name; or the errno of what failed. */
  listFolder(path: string): string | number;
  /** A page of text with a number between each two pieces of it, whose bytes the caller has. */
  createPageText(textLengths: Int32Array, numberLengths: Uint8Array): NativePageText;
  /** The bytes that a page of these numbers takes, which are as many as the page has. */
  measurePage(text: NativePageText, numbers: Float64Array): number;
  /** The page that was measured, made of the one before: `next` has exactly the bytes that it takes. */
  writePage(text: NativePageText, last: Uint8Array, next: Uint8Array): void;
  /**
   * From then on `readStatistics` asks the reader process: the one behind an inherited descriptor, or the one that listens
   * at a socket. A string says why there is none.
   */
  connectReader(
    channel: number | string,
    devPath: string,
    timeoutMs: number,
    onChange: (state: ReaderState) => void,
  ): ReaderState | string;
  /** The device nodes that the reader process sees. */
  listDevices(timeoutMs: number): readonly string[];
  /**
   * statfs(2) on a thread of its own. What the callback gives: `[block bytes, blocks, free, available to all, inodes, free
   * inodes]`. 0, or the errno for which there is no thread, and then no callback.
   */
  readFileSystem(path: string, callback: (errno: number, usage?: readonly number[]) => void): number;
  /** execve(2): comes back only where that fails, with the reason. */
  replaceProcess(program: string, command: readonly string[], environment: readonly string[]): string;
  /** _exit(2). */
  exitProcess(code: number): never;
  /** Where each field lies in a record: a row of doubles that one device's outcome is. */
  readonly fields: Fields;
  /** By the number that stands in a record's field `verdict`. */
  readonly verdicts: readonly Verdict[];
  /** By the number in the field `step`. */
  readonly steps: readonly Step[];
}

/** The reader process that is there, or how the last one ended. */
export interface ReaderState {
  /** Nobody is left to start another one. */
  readonly isFinal: boolean;
  /** The one that listened at a socket is gone; it is asked again once it is back. */
  readonly isLost: boolean;
  /** Absent while there is none. */
  readonly pid?: number;
  /** Of the kernel's Landlock; 0 where there is none. */
  readonly landlockAbi?: number;
  readonly isChrooted?: boolean;
  /** Of the last one that ended, as wait(2) gives it. */
  readonly waitStatus?: number;
  /** The system call that was refused to it; -1 where none was. */
  readonly refusedCall?: number;
  readonly restartInMs?: number;
}

/** What a controller says of itself (Identify Controller). */
export interface Identity {
  /** PCI vendor; 0x1D0F is Amazon. */
  readonly vendorId: number;
  readonly serial: string;
  readonly model: string;
  readonly firmware: string;
  /** The name a volume was attached under: `sdf`, `xvdb`, `ephemeral0:sdb`. Empty on drives that are not Amazon's. */
  readonly blockDeviceMapping: string;
}

/** How asking a device ended; native/core/outcome.h says what each means. */
export type Verdict =
  | 'answered'
  | 'systemError'
  | 'nvmeStatus'
  | 'invalidMagic'
  | 'noAnswer'
  | 'outstanding'
  | 'notAsked'
  | 'anotherDevice'
  | 'foreignDrive'
  | 'readerEnded'
  | 'readerSilent';

/** What a system error came from. */
export type Step = 'open' | 'command' | 'startThread';

const fieldNames = [
  'verdict',
  'step',
  'code',
  'durationSeconds',
  'completedAtMs',
  'attachedAtMs',
  'bornAtMs',
  'outstandingSeconds',
  'headLength',
  'kind',
  'version',
  'readOperations',
  'writeOperations',
  'readBytes',
  'writeBytes',
  'readTimeMicros',
  'writeTimeMicros',
  'volumeIopsExceededMicros',
  'volumeThroughputExceededMicros',
  'instanceIopsExceededMicros',
  'instanceThroughputExceededMicros',
  'queueLength',
  'readBins',
  'writeBins',
  'bands',
  'readBounds',
  'readCounts',
  'writeBounds',
  'writeCounts',
  'length',
  'bandUpperSizes',
  'bandReadCounts',
  'bandWriteCounts',
  'lengthWithBands',
] as const;

export type Fields = Readonly<Record<(typeof fieldNames)[number], number>>;

const functionNames = [
  'prepareReading',
  'readStatistics',
  'identify',
  'decodeStatistics',
  'listFolder',
  'createPageText',
  'measurePage',
  'writePage',
  'connectReader',
  'listDevices',
  'readFileSystem',
  'replaceProcess',
  'exitProcess',
] as const satisfies readonly (keyof NativeAddon)[];

/** Where to look. A path that somebody named is the only one. */
function candidates(): readonly string[] {
  const named = process.env['EBS_NVME_ADDON'];
  return named === undefined || named === '' ? nativeFilePaths('ebs_nvme.node') : [named];
}

/** @throws naming every path tried and why it did not serve */
function load(): NativeAddon {
  const require = createRequire(import.meta.url);
  const tried: string[] = [];
  for (const path of candidates()) {
    if (!existsSync(path)) {
      tried.push(`${path}: no such file`);
      continue;
    }
    try {
      const addon = require(path) as NativeAddon;
      const missing = [
        ...fieldNames.filter((name) => typeof addon.fields?.[name] !== 'number'),
        ...functionNames.filter((name) => typeof addon[name] !== 'function'),
      ];
      if (missing.length === 0) return addon;
      tried.push(`${path}: built from other sources, without ${missing.join(', ')}`);
    } catch (error) {
      tried.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(
    `cannot load the native addon; build it with \`make build\`. Tried:\n  ${tried.join('\n  ')}`,
  );
}

let loaded: NativeAddon | undefined;

/** The addon, where it was asked for already. */
export const loadedAddon = (): NativeAddon | undefined => loaded;

/**
 * The addon, loaded when it is first asked for.
 * @throws where there is none that fits
 */
export function nativeAddon(): NativeAddon {
  return (loaded ??= load());
}
