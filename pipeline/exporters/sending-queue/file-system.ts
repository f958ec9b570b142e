import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, rename, truncate, unlink } from 'node:fs/promises';

export interface FileFacts {
  readonly kind: 'file' | 'directory' | 'other';
  readonly sizeBytes: number;
  readonly ownerId: number;
  /** Permission bits. */
  readonly mode: number;
}

/** What a queue wants of a file system: the edge where tests put one that fills up, fails and dies. */
export interface FileSystem {
  /** With the directories above it; not an error where it exists. */
  makeDirectory(path: string): Promise<void>;
  setMode(path: string, mode: number): Promise<void>;
  list(directory: string): Promise<readonly string[]>;
  /** Of the path itself, not of where a link leads. */
  inspect(path: string): Promise<FileFacts>;
  /** At most `maxBytes` from the beginning. */
  read(path: string, maxBytes?: number): Promise<Buffer>;
  /** A new file, whole and on disk once this resolves; where it rejects, what was written is removed again. */
  create(path: string, bytes: Uint8Array): Promise<void>;
  empty(path: string): Promise<void>;
  remove(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Makes what was created, renamed and removed in it last. */
  syncDirectory(path: string): Promise<void>;
}

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY } = constants;
const ownerOnly = 0o600;

export const nodeFileSystem: FileSystem = {
  makeDirectory: async (path) => {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  setMode: chmod,
  list: (directory) => readdir(directory),
  inspect: async (path) => {
    const facts = await lstat(path);
    const kind = facts.isFile() ? 'file' : facts.isDirectory() ? 'directory' : 'other';
    return { kind, sizeBytes: facts.size, ownerId: facts.uid, mode: facts.mode & 0o7777 };
  },
  read: async (path, maxBytes) => {
    // A pipe in a file's place would wait for its writer.
    const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      if (maxBytes === undefined) return await file.readFile();
      const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  },
  create: async (path, bytes) => {
    const file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, ownerOnly);
    try {
      await file.writeFile(bytes);
      await file.datasync();
      await file.close();
    } catch (error) {
      // A second close is refused and harms nobody; what cannot be removed is torn, and seen to be.
      await file.close().catch(() => undefined);
      await unlink(path).catch(() => undefined);
      throw error;
    }
  },
  empty: (path) => truncate(path, 0),
  remove: unlink,
  rename,
  syncDirectory: async (path) => {
    const directory = await open(path, O_RDONLY | O_DIRECTORY);
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  },
};

/** `ENOSPC`; the message where it is no error of the system. */
export function errnoOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}

/** Of space: removing something may help. */
export function isOutOfSpace(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(errnoOf(error));
}

/** Of this process or machine, not of the file: the same may work later. */
export function isPassing(error: unknown): boolean {
  return ['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EINTR'].includes(errnoOf(error));
}
