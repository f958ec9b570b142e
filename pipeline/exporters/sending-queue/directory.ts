import { dirname, join } from 'node:path';
import { errnoOf, type FileSystem } from './file-system.ts';

/** Where an exporter keeps its queue below the directory that the configuration names: `otlphttp%2Fgrafana`. */
export function queueDirectory(storage: string, exporterId: string): string {
  return join(storage, encodeURIComponent(exporterId));
}

const othersBits = 0o077;
const permissions: ReadonlySet<string> = new Set(['EACCES', 'EPERM']);

/** With all that is in it: what another user left there is not sent else. */
const letWrite = (directory: string, userId: number): string => `chown -R ${userId} ${directory}`;

/**
 * Makes the directory where it is missing, and sees to it that nobody else can look into it or put something there.
 * @param userId who must own it: the effective user of this process
 * @throws where it cannot be used, with what to do
 */
export async function prepareDirectory(
  fileSystem: Pick<FileSystem, 'makeDirectory' | 'inspect' | 'setMode' | 'syncDirectory'>,
  directory: string,
  userId: number,
): Promise<void> {
  const refuse = (reason: string): never => {
    throw new Error(`cannot keep a queue in ${directory}: ${reason}`);
  };
  try {
    await fileSystem.makeDirectory(directory);
  } catch (error) {
    const errno = errnoOf(error);
    const storage = dirname(directory);
    refuse(
      permissions.has(errno)
        ? `${explain(errno)} for user ${userId} (mkdir -p ${storage} && ${letWrite(storage, userId)}, or set sending_queue.storage to a directory that can be written to)`
        : `${explain(errno)} (set sending_queue.storage to a directory that can be written to)`,
    );
  }
  const { kind, ownerId, mode } = await fileSystem.inspect(directory);
  if (kind !== 'directory')
    refuse('it is not a directory (move it away, or set another sending_queue.storage)');
  if (ownerId !== userId) {
    refuse(
      `it belongs to user ${ownerId}, and this process is user ${userId} (${letWrite(directory, userId)}, or set another sending_queue.storage)`,
    );
  }
  // Where the directory above cannot be read, it was not made here.
  await fileSystem.syncDirectory(dirname(directory)).catch(() => undefined);
  if ((mode & othersBits) !== 0) await fileSystem.setMode(directory, 0o700);
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the quota is used up',
  EIO: 'the disk fails (I/O error)',
  ENOTDIR: 'a part of the path is not a directory',
  EEXIST: 'a file of this name exists',
  ENOENT: 'it does not exist',
  EMFILE: 'no file descriptors left',
};

/** `ENOSPC` to `no space left on the device`. */
export function explain(errno: string): string {
  return reasons[errno] ?? errno;
}
