import { getSystemErrorMap } from 'node:util';
import { nativeAddon } from '../native-addon.ts';

/** What statfs(2) says of a file system. */
export interface FileSystemUsage {
  readonly capacityBytes: number;
  /** Free for those who are not root: what a pod can still write. */
  readonly availableBytes: number;
  /** Written, by anybody. With what is available it is less than the capacity by what is kept for root. */
  readonly usedBytes: number;
  /** Of inodes; undefined where the file system makes them as it needs them, and does not run out. */
  readonly inodes: { readonly count: number; readonly free: number; readonly used: number } | undefined;
}

export type UsageErrorType = 'permission_denied' | 'timeout' | 'io_error' | 'gone';

export interface UsageError {
  readonly type: UsageErrorType;
  /** A sentence for people: what happened, to what, what to do. */
  readonly message: string;
}

export type UsageOutcome =
  | { readonly ok: true; readonly usage: FileSystemUsage; readonly durationSeconds: number }
  | { readonly ok: false; readonly error: UsageError; readonly durationSeconds: number };

/** Asks one file system, and never answers where that does not. */
export type AskFileSystem = (
  path: string,
  answer: (errno: number, usage?: readonly number[]) => void,
) => number;

export interface FileSystems {
  /**
   * The usage of the file systems at these paths, each within `timeoutMs`, in order. One that an earlier call gave up on
   * is not asked again before it has answered: its outcome is a timeout at once.
   */
  read(paths: readonly string[], timeoutMs: number): Promise<readonly UsageOutcome[]>;
}

/** statfs(2) on a thread each, of the addon. Node has four for all files and names, and one that hangs is lost. */
export const askOnThread: AskFileSystem = (path, answer) => nativeAddon().readFileSystem(path, answer);

/**
 * File systems that may hang at once, a thread for each: far more than a node has volumes (the most EBS attachments are
 * 128). Beyond it nothing is asked.
 */
const maxOutstanding = 512;

const errorTypes: Readonly<Record<string, UsageErrorType>> = {
  EACCES: 'permission_denied',
  EPERM: 'permission_denied',
  ENOENT: 'gone',
  ENOTDIR: 'gone',
};

function systemError(path: string, errno: number): UsageError {
  const [code, reason] = getSystemErrorMap().get(-errno) ?? [`errno ${errno}`, 'unknown error'];
  const type = errorTypes[code] ?? 'io_error';
  const advice =
    type === 'permission_denied' ? " (the kubelet's folders are for root's group: run with group 0)" : '';
  return { type, message: `cannot read the usage of ${path}: ${code}: ${reason}${advice}` };
}

function silence(path: string, seconds: number): UsageError {
  return {
    type: 'timeout',
    message: `the file system at ${path} has not answered for ${Math.round(seconds)} s: it hangs, and so does who uses it`,
  };
}

export function usageOf(numbers: readonly number[]): FileSystemUsage {
  const [blockBytes = 0, blocks = 0, free = 0, available = 0, inodes = 0, freeInodes = 0] = numbers;
  return {
    capacityBytes: blocks * blockBytes,
    availableBytes: available * blockBytes,
    usedBytes: (blocks - free) * blockBytes,
    inodes: inodes === 0 ? undefined : { count: inodes, free: freeInodes, used: inodes - freeInodes },
  };
}

interface Asked {
  readonly sinceMs: number;
  readonly answer: Promise<Answer>;
  /** Somebody gave up on it. */
  isOverdue: boolean;
}

interface Answer {
  readonly errno: number;
  readonly numbers: readonly number[];
  readonly atMs: number;
}

/** @param now performance.now(), ms */
export function createFileSystems(ask: AskFileSystem, now: () => number): FileSystems {
  const outstanding = new Map<string, Asked>();

  const begin = (path: string): Asked => {
    const answer = new Promise<Answer>((resolve) => {
      const settle = (errno: number, numbers: readonly number[] = []): void => {
        outstanding.delete(path);
        resolve({ errno, numbers, atMs: now() });
      };
      const threadErrno = ask(path, settle);
      // Not before the caller has put it down as outstanding.
      if (threadErrno !== 0) queueMicrotask(() => settle(threadErrno));
    });
    const asked = { sinceMs: now(), answer, isOverdue: false };
    outstanding.set(path, asked);
    return asked;
  };

  const secondsSince = ({ sinceMs }: Asked): number => (now() - sinceMs) / 1000;

  const readOne = async (path: string, deadline: Promise<undefined>): Promise<UsageOutcome> => {
    const before = outstanding.get(path);
    if (before?.isOverdue === true) {
      // It is not asked again, and takes nothing of this reading's time.
      return { ok: false, error: silence(path, secondsSince(before)), durationSeconds: 0 };
    }
    if (before === undefined && outstanding.size >= maxOutstanding) {
      const message = `the usage of ${path} is not read: ${outstanding.size} file systems hang`;
      return { ok: false, error: { type: 'timeout', message }, durationSeconds: 0 };
    }
    const asked = before ?? begin(path);
    const answer = await Promise.race([asked.answer, deadline]);
    if (answer === undefined) {
      asked.isOverdue = true;
      const durationSeconds = secondsSince(asked);
      return { ok: false, error: silence(path, durationSeconds), durationSeconds };
    }
    const durationSeconds = (answer.atMs - asked.sinceMs) / 1000;
    return answer.errno === 0
      ? { ok: true, usage: usageOf(answer.numbers), durationSeconds }
      : { ok: false, error: systemError(path, answer.errno), durationSeconds };
  };

  return {
    async read(paths, timeoutMs) {
      if (paths.length === 0) return [];
      let timer: NodeJS.Timeout | undefined;
      const deadline = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => resolve(undefined), timeoutMs);
      });
      try {
        return await Promise.all(paths.map((path) => readOne(path, deadline)));
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
