import { constants } from 'node:fs';
import { open, readdir, rename, unlink, type FileHandle } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import type { SetTimer } from '../../timer.ts';
import { crypto } from '../../node-modules.ts';

/**
 * Keeps a directory for one owner at a time, among processes and within one.
 *
 * Node has no flock, and a process id in a file says nothing across containers. A listening Unix socket does: the kernel
 * answers for it while its process lives, in whichever namespace, and refuses from the moment it is killed. Each
 * candidate publishes a socket of its own, under a name that is never used again, and only then looks at the others: of
 * two, the one that published later sees the other and steps back. One that refuses is dead for ever, so removing it
 * takes nothing from anybody.
 */
export type LockDirectory = (directory: string, holder: string) => Promise<DirectoryLock>;

export interface DirectoryLock {
  release(): Promise<void>;
}

export interface LockEdges {
  readonly setTimer: SetTimer;
  /** 0 to 1. */
  readonly random: () => number;
}

/** The lock's own files in the directory. */
export const lockFile = /^lock\.(?:new\.)?[0-9a-f]{16}$/;

/** Two that begin at the same moment both step back; one that ends needs a moment. */
const attempts = 5;
const pauseMs = 100;
/** How long a holder has to say who it is; one that hangs holds nevertheless. */
const answerMs = 500;

/** @returns a function that rejects, with who holds the directory, where it is taken */
export function createDirectoryLock({ setTimer, random }: LockEdges): LockDirectory {
  return async (directory, holder) => {
    for (let attempt = 1; ; attempt++) {
      const outcome = await tryLock(directory, holder, setTimer);
      if (outcome.held) return outcome.lock;
      if (attempt === attempts) {
        throw new Error(
          `cannot use ${directory}: ${outcome.by} uses it (stop that one, or set another sending_queue.storage)`,
        );
      }
      await new Promise<void>((resolve) => setTimer(resolve, pauseMs * (0.5 + random())));
    }
  };
}

type Attempt =
  { readonly held: true; readonly lock: DirectoryLock } | { readonly held: false; readonly by: string };

async function tryLock(directory: string, holder: string, setTimer: SetTimer): Promise<Attempt> {
  const folder = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  const name = crypto().randomBytes(8).toString('hex');
  const own = `lock.${name}`;
  const others = () => liveOther(folder, own, setTimer);
  let server: Server | undefined;
  const release = async (): Promise<void> => {
    await unlink(socketPath(folder, own)).catch(() => undefined);
    const listening = server;
    if (listening !== undefined) await new Promise<void>((resolve) => listening.close(() => resolve()));
    await folder.close();
  };
  try {
    // First, so that on a full disk the socket of a killed process makes room for this one.
    const before = await others();
    if (before === undefined) {
      server = await listen(socketPath(folder, `lock.new.${name}`), `process ${process.pid}, ${holder},`);
      await rename(socketPath(folder, `lock.new.${name}`), socketPath(folder, own));
    }
    const by = before ?? (await others());
    if (by === undefined) return { held: true, lock: { release } };
    await release();
    return { held: false, by };
  } catch (error) {
    await release();
    // Another candidate took the socket for a dead one, in the moment before it listened.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { held: false, by: 'another process' };
    throw new Error(`cannot lock ${directory}: ${(error as Error).message}`, { cause: error });
  }
}

/** A socket's path has at most 107 characters (unix(7)); this one is short wherever the directory is. */
function socketPath(folder: FileHandle, name: string): string {
  return `/proc/self/fd/${folder.fd}/${name}`;
}

/** Who else lives; what is dead is removed. */
async function liveOther(folder: FileHandle, own: string, setTimer: SetTimer): Promise<string | undefined> {
  const names = await readdir(socketPath(folder, '.'));
  for (const name of names.filter((each) => lockFile.test(each) && each !== own)) {
    const answer = await ask(socketPath(folder, name), setTimer);
    if (answer !== undefined) return answer;
    await unlink(socketPath(folder, name)).catch(() => undefined);
  }
  return undefined;
}

/** @returns undefined where nobody listens any more */
function ask(path: string, setTimer: SetTimer): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(path);
    const cancel = setTimer(() => socket.destroy(), answerMs);
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => (said = (said + text).slice(0, 200)));
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'ECONNREFUSED' || code === 'ENOENT') resolve(undefined);
    });
    socket.on('close', () => {
      cancel();
      resolve(said === '' ? 'another process' : said);
    });
  });
}

function listen(path: string, holder: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end(holder);
    });
    server.unref();
    server.once('error', reject);
    server.listen(path, () => {
      // Without a listener, a connection that cannot be accepted (no descriptors left) would end the process.
      server.on('error', () => undefined);
      resolve(server);
    });
  });
}
