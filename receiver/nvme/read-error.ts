import { constants } from 'node:os';
import type { Step, Verdict } from '../native-addon.ts';
import { describeReaderEnd, lostCode } from './reader-end.ts';
import type { ReadError, ReadErrorType } from './source.ts';

/** How reading a device failed, as the addon reports it. */
export interface ReadFailure {
  readonly verdict: Exclude<Verdict, 'answered'>;
  readonly step: Step;
  /** An errno, an NVMe status, or the magic found; by the verdict. */
  readonly code: number;
  /** How long the command that is in the way has been outstanding, s. */
  readonly outstandingSeconds: number;
}

export interface ReadAttempt {
  readonly path: string;
  readonly command: 'Get Log Page' | 'Identify';
  readonly timeoutMs: number;
  /** What the kernel calls the device meant, where it is known. */
  readonly deviceNumber?: string | undefined;
}

const errnoNames = new Map<number, string>();
for (const [name, number] of Object.entries(constants.errno)) {
  if (!errnoNames.has(number)) errnoNames.set(number, name);
}

const typeByErrno: Readonly<Record<string, ReadErrorType>> = {
  EACCES: 'permission_denied',
  EPERM: 'permission_denied',
  ENOENT: 'device_gone',
  ENODEV: 'device_gone',
  ENXIO: 'device_gone',
  ETIMEDOUT: 'timeout',
  ENOTTY: 'not_supported',
  EOPNOTSUPP: 'not_supported',
  ENOTSUP: 'not_supported',
  EINVAL: 'not_supported',
};

/** What opening a device node fails with. */
const openReasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied (the device node is readable by root and its group only)',
  EPERM:
    'operation not permitted (the device cgroup refuses: a container needs `privileged: true` or a device plugin)',
  ENOENT: 'no such device (detached, or /dev of the host is mounted elsewhere: see `dev_path`)',
  ENODEV: 'no such device (detached)',
  ENXIO: 'no such device (detached)',
  EMFILE: 'too many open files (raise the limit: `ulimit -n`, `LimitNOFILE=`)',
  ENFILE: 'too many open files on the machine (raise `fs.file-max`)',
};

/** What the ioctl fails with. EINTR is what Linux makes of commands that a controller's reset cancelled. */
const commandReasons: Readonly<Record<string, string>> = {
  ENOENT: 'the device is gone (detached)',
  ENODEV: 'the device is gone (detached)',
  ENXIO: 'the device is gone (detached)',
  ETIMEDOUT: 'the command timed out in the kernel',
  ENOTTY: 'not an NVMe device',
  EINTR: 'the kernel cancelled the command (the controller was reset)',
  EIO: 'the command failed with an I/O error',
};

function systemError(
  { step, code }: ReadFailure,
  { command }: ReadAttempt,
): Omit<ReadError, 'message'> & {
  reason: string;
} {
  const errno = errnoNames.get(code) ?? `errno ${code}`;
  const type = typeByErrno[errno] ?? 'io_error';
  if (step === 'startThread') {
    const reason = `no thread to ask it with (${errno}; raise the limit: \`ulimit -u\`, \`pids.max\`)`;
    return { type: 'io_error', errno, reason };
  }
  if (step === 'open') return { type, errno, reason: openReasons[errno] ?? `cannot open it (${errno})` };
  const denied =
    command === 'Get Log Page'
      ? `permission denied (${command} needs CAP_SYS_ADMIN)`
      : `permission denied to send ${command}`;
  const known = type === 'permission_denied' ? denied : commandReasons[errno];
  return { type, errno, reason: known ?? `${command} failed (${errno})` };
}

/** Status code type and status code, without More, Do Not Retry and the retry delay (NVM Express base specification). */
const statusCodeMask = 0x7ff;
const statusNames: Readonly<Record<number, string>> = {
  0x001: 'Invalid Command Opcode',
  0x002: 'Invalid Field in Command',
  0x004: 'Data Transfer Error',
  0x006: 'Internal Error',
  0x007: 'Command Abort Requested',
  0x00b: 'Invalid Namespace or Format',
  0x109: 'Invalid Log Page',
  0x370: 'Host Pathing Error',
  0x371: 'Host Aborted Command',
};

const hex = (value: number, digits: number) => `0x${value.toString(16).padStart(digits, '0')}`;
const duration = (seconds: number) =>
  seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;

function reasonOfEnd(code: number): string {
  if (code === 0) return 'the reader process is gone for good: restart the collector';
  if (code === lostCode) return 'the reader cannot be reached; it is asked again once it is back';
  return `the reader process ended (${describeReaderEnd(code & 0xffff, (code >>> 16) - 1)}); another one is started`;
}

/** What becomes of a failure for people and for `error.type`: the one place for these messages. */
export function readError(failure: ReadFailure, attempt: ReadAttempt): ReadError {
  const { verdict, code, outstandingSeconds } = failure;
  const cannotRead = `cannot read ${attempt.path}: `;
  switch (verdict) {
    case 'systemError': {
      const { type, errno, reason } = systemError(failure, attempt);
      return { type, message: cannotRead + reason, ...(errno === undefined ? {} : { errno }) };
    }
    case 'nvmeStatus': {
      const name = statusNames[code & statusCodeMask];
      const status = `NVMe status ${hex(code, 4)}${name === undefined ? '' : ` (${name})`}`;
      const message = `${cannotRead}the drive refused ${attempt.command} with ${status}`;
      return { type: 'nvme_status', message, nvmeStatus: code };
    }
    case 'invalidMagic':
      return {
        type: 'invalid_magic',
        message: `${cannotRead}its log page 0xd0 begins with ${hex(code, 8)}, not with Amazon's magic`,
      };
    case 'noAnswer':
      return {
        type: 'timeout',
        message: `${cannotRead}no answer within ${attempt.timeoutMs} ms (it is asked again once this command is over)`,
      };
    case 'outstanding':
      return {
        type: 'timeout',
        message: `${cannotRead}a command has been outstanding for ${duration(outstandingSeconds)} (it is asked again once that is over)`,
      };
    case 'notAsked':
      return {
        type: 'timeout',
        message: `${cannotRead}not asked within ${attempt.timeoutMs} ms, because other devices did not answer (it is asked again with the next reading)`,
      };
    case 'anotherDevice':
      return {
        type: 'device_gone',
        message: `${cannotRead}it is not the device that the kernel calls so (${attempt.deviceNumber}): mount the host's /dev and set dev_path`,
      };
    case 'foreignDrive':
      return {
        type: 'not_supported',
        message: `${cannotRead}the drive itself says that it is not Amazon's, so it is not asked for statistics`,
      };
    case 'readerEnded': {
      return { type: 'io_error', message: cannotRead + reasonOfEnd(code) };
    }
    case 'readerSilent':
      return {
        type: 'timeout',
        message: `${cannotRead}the reader process did not answer within ${attempt.timeoutMs} ms`,
      };
  }
}
