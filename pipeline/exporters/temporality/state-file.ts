import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readState, writeState, type SavedState } from './saved-state.ts';

/**
 * The state on disk, beside a queue on disk. Both have to agree, wherever the process is killed: a state that is ahead of
 * the queue loses a payload, one that is behind sends it twice. So a state is announced together with the ids of its
 * payloads, then they are queued, then the state is confirmed, then they are sent. A process that finds an announced state
 * asks the queue whether it has them all; of some that it has, none was sent.
 */
export interface StateFile {
  /**
   * Before the payloads are queued.
   * @throws where the state cannot be written; nothing has changed then
   */
  announce(state: SavedState, payloadIds: readonly string[]): Promise<void>;
  /** After the payloads were queued, and before any is sent: once sent and deleted, nobody could say that it was there. */
  confirm(): Promise<void>;
  /** Where deltas go on while states cannot be saved any more: a restart then begins anew, instead of sending twice. */
  forget(): Promise<void>;
}

/** The names that the files have, where the state's is `stateName`. */
export const stateFiles = /^temporality(?:\.(?:next|tmp|unreadable))?$/;
export const stateName = 'temporality';

/** What a state asks the queue beside it, before that sends anything. */
export interface PayloadKeeper {
  hasAll(payloadIds: readonly string[]): Promise<boolean>;
  takeBack(payloadIds: readonly string[]): Promise<void>;
}

export type Restored =
  | { readonly state: SavedState | undefined; readonly setAside: undefined }
  /** A file that is no state, and its name from now on. */
  | { readonly state: undefined; readonly setAside: string };

const suffix = { announced: '.next', written: '.tmp', setAside: '.unreadable' } as const;

export function createStateFile(path: string): StateFile {
  const announced = path + suffix.announced;
  const written = path + suffix.written;
  return {
    announce: async (state, payloadIds) => {
      await writeDurably(written, `${JSON.stringify({ payloadIds })}\n${writeState(state)}`);
      await renameDurably(written, announced);
    },
    confirm: () => renameDurably(announced, path),
    forget: async () => {
      for (const each of [announced, path, written]) await rm(each, { force: true });
      await syncFolder(path);
    },
  };
}

/**
 * What the process before left, made the confirmed state.
 * @throws where the files cannot be read or renamed
 */
export async function restoreState(path: string, queue: PayloadKeeper): Promise<Restored> {
  const announced = path + suffix.announced;
  const text = await readIfThere(announced);
  if (text !== undefined) {
    const payloadIds = payloadIdsOf(text);
    if (payloadIds !== undefined && (await queue.hasAll(payloadIds))) {
      await renameDurably(announced, path);
    } else {
      await queue.takeBack(payloadIds ?? []);
      await rm(announced);
    }
  }
  await rm(path + suffix.written, { force: true });
  const confirmed = await readIfThere(path);
  if (confirmed === undefined) return { state: undefined, setAside: undefined };
  const state = readState(confirmed.slice(confirmed.indexOf('\n') + 1));
  if (state !== undefined) return { state, setAside: undefined };
  await rename(path, path + suffix.setAside);
  return { state: undefined, setAside: path + suffix.setAside };
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A machine that fails after this has the file under its new name. */
async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(to);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path));
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function payloadIdsOf(text: string): readonly string[] | undefined {
  try {
    const { payloadIds } = JSON.parse(text.slice(0, text.indexOf('\n'))) as { payloadIds?: unknown };
    const areIds = Array.isArray(payloadIds) && payloadIds.every((id) => typeof id === 'string');
    return areIds ? payloadIds : undefined;
  } catch {
    return undefined;
  }
}
