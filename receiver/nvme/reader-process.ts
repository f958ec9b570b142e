import { existsSync } from 'node:fs';
import { nativeAddon, type ReaderState } from '../native-addon.ts';
import { nativeFilePaths } from '../native-file-paths.ts';
import { describeReaderEnd } from './reader-end.ts';

/**
 * The process that may talk to devices, for this one, which listens on the network and may not. Which of the two asks the
 * drives is settled once, when the collector starts; native.ts and all above it do not know.
 */

/** Where the channel to the reader is inherited; native/reader/launch.h. */
export const channelVariable = 'EBS_NVME_READER_FD';

export interface Reader {
  readonly pid: number;
  /** The folder of device nodes that it reads in. */
  readonly devPath: string;
  /** What keeps it in that folder. */
  readonly landlockAbi: number;
  readonly isChrooted: boolean;
  /** The device nodes that it saw there when it started. */
  readonly devices: readonly string[];
}

export type ReaderEvent =
  | { readonly type: 'started'; readonly pid: number }
  | { readonly type: 'ended'; readonly reason: string; readonly restartInMs: number }
  | { readonly type: 'lost' }
  | { readonly type: 'gone' };

export interface ReaderConnection {
  /** The descriptor that was inherited, or the path of the socket where a reader listens that is in another container. */
  readonly channel: number | string;
  readonly devPath: string;
  readonly timeoutMs: number;
  /** What happens to the reader from then on. */
  readonly onEvent: (event: ReaderEvent) => void;
}

function eventOf(state: ReaderState): ReaderEvent {
  if (state.isFinal) return { type: 'gone' };
  if (state.isLost) return { type: 'lost' };
  if (state.pid !== undefined) return { type: 'started', pid: state.pid };
  const { waitStatus = 0, refusedCall = -1, restartInMs = 0 } = state;
  return { type: 'ended', reason: describeReaderEnd(waitStatus, refusedCall), restartInMs };
}

/**
 * Asks a reader instead of the drives from then on. One behind an inherited channel confines itself to the folder; one
 * that listens has done so before, to a folder of its own. Once in a process's life.
 * @throws why there is none
 */
export function connectReader({ channel, devPath, timeoutMs, onEvent }: ReaderConnection): Reader {
  const addon = nativeAddon();
  const state = addon.connectReader(channel, devPath, timeoutMs, (changed) => onEvent(eventOf(changed)));
  if (typeof state === 'string') throw new Error(`the reader process cannot be used: ${state}`);
  const { pid = 0, landlockAbi = 0, isChrooted = false } = state;
  return { pid, devPath, landlockAbi, isChrooted, devices: addon.listDevices(timeoutMs) };
}

/**
 * Lies beside the addon.
 * @throws where it is not there
 */
export function readerProgram(): string {
  const paths = nativeFilePaths('ebs-nvme-reader');
  const found = paths.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(`the reader's program is missing (${paths.join(', ')}): build it with \`make build\``);
}

/**
 * Becomes another program, which inherits the streams and nothing else.
 * @throws where that cannot be; else it does not return
 */
export function becomeProgram(command: readonly [string, ...string[]], env: NodeJS.ProcessEnv): never {
  const environment = Object.entries(env).map(([name, value]) => `${name}=${value ?? ''}`);
  const [program] = command;
  throw new Error(`cannot start ${program}: ${nativeAddon().replaceProcess(program, command, environment)}`);
}
