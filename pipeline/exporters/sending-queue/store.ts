import { join } from 'node:path';
import type { Logger } from '../../telemetry/logger.ts';
import { prepareDirectory } from './directory.ts';
import { errnoOf, type FileSystem } from './file-system.ts';
import type { LockDirectory } from './lock.ts';
import { payloadName, scanDirectory, tornName, type FoundPayload, type QueuePlace } from './scan.ts';

/** Payloads in files: one each, named by a number that grows. */
export interface PayloadStore {
  readonly directory: string;
  /** What an earlier process left, oldest first. */
  readonly found: readonly FoundPayload[];
  /** Greater than all that are there. */
  readonly nextSequence: number;
  /** The file survives whatever happens to process and machine once this resolves; after a failure it may be there. */
  write(sequence: number, record: Uint8Array): Promise<void>;
  read(sequence: number): Promise<Buffer>;
  /** The file is gone for ever once this resolves; one that is not there is gone. */
  remove(sequence: number): Promise<void>;
  /** Leaves the file for people to look at, under a name that is not a payload's. */
  setAside(sequence: number): Promise<void>;
  close(): Promise<void>;
}

export interface StoreEdges {
  readonly fileSystem: FileSystem;
  readonly lock: LockDirectory;
  /** The effective user of this process. */
  readonly userId: number;
}

/**
 * Takes a directory over, with what is in it.
 * @param holder whose it is, for whoever else wants it
 * @throws where it cannot be used, or another uses it
 */
export async function openStore(
  { directory, neighbours }: Omit<QueuePlace, 'userId'>,
  holder: string,
  { fileSystem, lock, userId }: StoreEdges,
  logger: Logger,
): Promise<PayloadStore> {
  await prepareDirectory(fileSystem, directory, userId);
  const held = await lock(directory, holder);
  const pathOf = (sequence: number): string => join(directory, payloadName(sequence));
  try {
    const { payloads, lastSequence } = await scanDirectory(
      fileSystem,
      { directory, userId, neighbours },
      logger,
    );
    return {
      directory,
      found: payloads,
      nextSequence: lastSequence + 1,
      write: async (sequence, record) => {
        await fileSystem.create(pathOf(sequence), record);
        await fileSystem.syncDirectory(directory);
      },
      read: (sequence) => fileSystem.read(pathOf(sequence)),
      remove: async (sequence) => {
        await removeOrEmpty(fileSystem, pathOf(sequence));
        await fileSystem.syncDirectory(directory);
      },
      setAside: async (sequence) => {
        try {
          await fileSystem.rename(pathOf(sequence), join(directory, tornName(sequence)));
        } catch (error) {
          if (errnoOf(error) !== 'ENOENT') throw error;
        }
        await fileSystem.syncDirectory(directory);
      },
      close: () => held.release(),
    };
  } catch (error) {
    await held.release();
    throw new Error(`cannot read the queue in ${directory}: ${(error as Error).message}`, { cause: error });
  }
}

/** An empty file is torn: it is not sent either. */
async function removeOrEmpty(fileSystem: FileSystem, path: string): Promise<void> {
  try {
    await fileSystem.remove(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    try {
      await fileSystem.empty(path);
    } catch {
      throw error;
    }
  }
}
