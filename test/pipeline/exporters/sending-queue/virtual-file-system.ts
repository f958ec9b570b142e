import type { FileSystem } from '../../../../pipeline/exporters/sending-queue/file-system.ts';

export type Operation = keyof FileSystem;

/** Where a process dies: after so many more operations, with a part of that one done. */
export interface Death {
  readonly afterOperations: number;
  /** 0 to 1: how much of a file is written; whether a file is removed or renamed. */
  readonly done: number;
}

/** A file system in memory that fills up, fails and outlives those who use it. */
export interface VirtualFileSystem {
  readonly files: Map<string, Buffer>;
  readonly directories: Map<string, number>;
  /** Of all files together. */
  capacityBytes: number;
  /** The errno that an operation fails with, if it shall. */
  fault: (operation: Operation, path: string) => string | undefined;
  /** Told of each file that is removed. */
  removed: (file: Buffer) => void;
  /** What a new process sees: `dead` once it died, from where nothing comes back. */
  mount(): MountedFileSystem;
}

export interface MountedFileSystem extends FileSystem {
  die(death: Death): void;
  isDead(): boolean;
}

function systemError(errno: string): Error {
  return Object.assign(new Error(`${errno}: it was to fail`), { code: errno });
}

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

export function createVirtualFileSystem(): VirtualFileSystem {
  const files = new Map<string, Buffer>();
  const directories = new Map<string, number>();
  const usedBytes = (): number => [...files.values()].reduce((sum, { length }) => sum + length, 0);
  const existing = (path: string): Buffer => {
    const file = files.get(path);
    if (file === undefined) throw systemError('ENOENT');
    return file;
  };

  const self: VirtualFileSystem = {
    files,
    directories,
    capacityBytes: Infinity,
    fault: () => undefined,
    removed: () => undefined,
    mount: () => {
      let dead = false;
      let death: Death = { afterOperations: Infinity, done: 0 };

      /** `run` is given how much of it shall be done: all, but where the process dies. */
      const step = <T>(operation: Operation, path: string, run: (done: number) => T): Promise<T> => {
        if (dead) return never<T>();
        if (death.afterOperations <= 0) {
          dead = true;
          try {
            run(death.done);
          } catch {
            // Nobody is there to be told.
          }
          return never<T>();
        }
        death = { ...death, afterOperations: death.afterOperations - 1 };
        const errno = self.fault(operation, path);
        return errno === undefined
          ? Promise.resolve().then(() => (dead ? never<T>() : run(1)))
          : Promise.reject(systemError(errno));
      };
      const move = (done: number, run: () => void): void => {
        if (done >= 0.5) run();
      };

      return {
        die: (how) => {
          if (how.afterOperations === 0 && how.done === 0) dead = true;
          death = how;
        },
        isDead: () => dead,
        makeDirectory: (path) =>
          step('makeDirectory', path, () => {
            if (!directories.has(path)) directories.set(path, 0o700);
          }),
        setMode: (path, mode) => step('setMode', path, () => void directories.set(path, mode)),
        list: (directory) =>
          step('list', directory, () =>
            [...files.keys()]
              .filter((path) => path.startsWith(`${directory}/`))
              .map((path) => path.slice(directory.length + 1)),
          ),
        inspect: (path) =>
          step('inspect', path, () => {
            const mode = directories.get(path);
            return mode === undefined
              ? { kind: 'file' as const, sizeBytes: existing(path).length, ownerId: 0, mode: 0o600 }
              : { kind: 'directory' as const, sizeBytes: 0, ownerId: 0, mode };
          }),
        read: (path, maxBytes) => step('read', path, () => existing(path).subarray(0, maxBytes)),
        create: (path, bytes) =>
          step('create', path, (done) => {
            if (files.has(path)) throw systemError('EEXIST');
            if (usedBytes() + bytes.length > self.capacityBytes) throw systemError('ENOSPC');
            files.set(path, Buffer.from(bytes.subarray(0, Math.round(bytes.length * done))));
          }),
        empty: (path) =>
          step('empty', path, () => {
            existing(path);
            files.set(path, Buffer.alloc(0));
          }),
        remove: (path) =>
          step('remove', path, (done) =>
            move(done, () => {
              self.removed(existing(path));
              files.delete(path);
            }),
          ),
        rename: (from, to) =>
          step('rename', from, (done) =>
            move(done, () => {
              files.set(to, existing(from));
              files.delete(from);
            }),
          ),
        syncDirectory: (path) => step('syncDirectory', path, () => undefined),
      };
    },
  };
  return self;
}
