import { accessSync, closeSync, constants } from 'node:fs';
import { join } from 'node:path';
import {
  channelVariable,
  connectReader,
  type Reader,
  type ReaderEvent,
} from '../../receiver/nvme/reader-process.ts';
import type { Config } from '../components.ts';
import type { Logger } from '../telemetry/logger.ts';
import { machineReceivers, ownPrivileges } from './separate.ts';

/** How long the reader may take to confine itself, which takes milliseconds, or its container to start after ours. */
const startTimeoutMs = 5_000;
/** What a person at a terminal waits for. */
const commandTimeoutMs = 2_000;

/** The one folder of device nodes that a configuration names; undefined where it reads no drive. */
function devPathOf(config: Config): string | undefined {
  const [first, ...others] = machineReceivers(config);
  const other = others.find(({ devPath }) => devPath !== first?.devPath);
  if (first === undefined || other === undefined) return first?.devPath;
  throw new Error(
    `receivers ${first.id} and ${other.id} name different folders as dev_path, and the reader process reads in one: give both the same, or set service.privilege.separate to never`,
  );
}

function logEvent(logger: Logger, event: ReaderEvent): void {
  switch (event.type) {
    case 'started':
      return logger.info('another reader process was started', { pid: event.pid });
    case 'lost':
      return logger.error('the reader cannot be reached: no volume can be read until it is back');
    case 'ended':
      return logger.error(
        `the reader process ended: ${event.reason}; no volume can be read until another one is started`,
        {
          restart_in_ms: event.restartInMs,
        },
      );
    case 'gone':
      return logger.error(
        'the reader process is gone for good: no volume can be read until the collector is restarted',
      );
  }
}

/** Privileges that are still there: the process had no means to give them up. */
function warnOfRest(logger: Logger): void {
  const { user, capabilities } = ownPrivileges();
  if (user === 0) {
    logger.warn(
      'the collector is still root, though without a capability: it needs CAP_SETUID and CAP_SETGID to become somebody else',
    );
  }
  if (capabilities !== 0n)
    logger.warn('the collector still has capabilities', { capabilities: `0x${capabilities.toString(16)}` });
}

function mayOpen(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** Reading what is on a drive takes its node and no capability. */
function warnOfNodes({ devPath, devices }: Reader, logger: Logger): void {
  const open = devices.find((device) => mayOpen(join(devPath, device)));
  if (open === undefined) return;
  logger.warn(
    'the collector can open device nodes itself: they are open to its user or to its groups, which it needs CAP_SETGID to leave',
    { device: open },
  );
}

/** What the collector keeps of the separation of privileges. */
export interface Separated {
  /** Why a configuration cannot be gone over to; undefined where it can. */
  objection(config: Config): string | undefined;
}

/** What leads to a reader: a descriptor that was inherited, the path of a socket, or nothing. */
interface Way {
  readonly channel: number | string | undefined;
}

/** undefined where this process is to ask the drives itself. */
function wayToReader({ service }: Config): Way | undefined {
  const { reader_socket: socket } = service.privilege;
  const inherited = process.env[channelVariable];
  delete process.env[channelVariable];
  const fd = inherited === undefined || inherited === 'none' ? undefined : Number(inherited);
  if (socket === undefined) return inherited === undefined ? undefined : { channel: fd };
  // Somebody started one beside it that nobody asked for.
  if (fd !== undefined) closeSync(fd);
  return { channel: socket };
}

/** @throws where there is no reader that works */
function connect(config: Config, { channel }: Way, logger: Logger): Reader | undefined {
  const devPath = devPathOf(config);
  if (devPath === undefined) {
    // There is nothing to read, and whoever could is told to go.
    if (typeof channel === 'number') closeSync(channel);
    return undefined;
  }
  if (channel === undefined) {
    throw new Error(
      'the collector was started without a reader process, and its configuration names drives: restart it',
    );
  }
  return connectReader({
    channel,
    devPath,
    timeoutMs: startTimeoutMs,
    onEvent: (event) => logEvent(logger, event),
  });
}

/**
 * For a command that looks at volumes once: asks the reader that listens, where the configuration names one.
 * @throws where it does not answer
 */
export function askListeningReader({ service }: Config, devPath: string): void {
  const { reader_socket: channel } = service.privilege;
  if (channel === undefined) return;
  connectReader({ channel, devPath, timeoutMs: commandTimeoutMs, onEvent: () => undefined });
}

/** Why a configuration cannot be gone over to. */
function objectionTo(next: Config, current: Config, reader: Reader | undefined): string | undefined {
  if (next.service.privilege.reader_socket !== current.service.privilege.reader_socket) {
    return 'service.privilege.reader_socket says where the reader is, once: restart the collector';
  }
  try {
    const wanted = devPathOf(next);
    if (wanted === undefined || wanted === reader?.devPath) return undefined;
    return `the reader process reads in ${reader?.devPath ?? 'no folder'}, and not in ${wanted}: restart the collector`;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * Where a reader process is to ask the drives for this one, connects to it; undefined where this one does.
 * @throws where there is no reader that works
 */
export function joinReader(config: Config, logger: Logger): Separated | undefined {
  const way = wayToReader(config);
  if (way === undefined) return undefined;
  warnOfRest(logger);
  const reader = connect(config, way, logger);
  if (reader !== undefined && typeof way.channel === 'number') warnOfNodes(reader, logger);
  logger.info('privileges are separated', {
    user: process.getuid?.(),
    ...(reader === undefined
      ? {}
      : {
          reader_pid: reader.pid,
          ...(typeof way.channel === 'string'
            ? { reader_socket: way.channel }
            : { dev_path: reader.devPath }),
          devices: reader.devices.length,
          chroot: reader.isChrooted,
          landlock: reader.landlockAbi,
        }),
  });
  return { objection: (next) => objectionTo(next, config, reader) };
}
