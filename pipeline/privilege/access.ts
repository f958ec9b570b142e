import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Whether a user who is in one group, of the same number, can get at files: the one that the collector becomes. */

const may = { pass: 0o1, read: 0o4, fill: 0o3 } as const;

export interface FoundPath {
  readonly mode: number;
  readonly owner: number;
  readonly group: number;
  readonly isFile: boolean;
}

/** What a file system says of a path; undefined where there is nothing. */
export type Inspect = (path: string) => FoundPath | undefined;

export const inspectFile: Inspect = (path) => {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && { mode: stats.mode, owner: stats.uid, group: stats.gid, isFile: stats.isFile() };
};

function foldersOf(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [...foldersOf(parent), path];
}

/** The kernel looks at one of the three classes, also where another would allow more: path_resolution(7). */
function allows({ mode, owner, group }: FoundPath, user: number, wanted: number): boolean {
  const bits = owner === user ? mode >> 6 : group === user ? mode >> 3 : mode;
  return (bits & wanted) === wanted;
}

/** The first part of the path that the user cannot pass or read; undefined where there is none, or no such path. */
export function unreadablePart(path: string, user: number, inspect: Inspect): string | undefined {
  const parts = foldersOf(resolve(path));
  return parts.find((part, index) => {
    const found = inspect(part);
    return found !== undefined && !allows(found, user, index === parts.length - 1 ? may.read : may.pass);
  });
}

/**
 * The first part of the path that keeps the user from having a folder there, and files in it; undefined where nothing
 * does. Where the folder is missing, the one that it would be made in counts.
 */
export function unwritablePart(folder: string, user: number, inspect: Inspect): string | undefined {
  const found = foldersOf(resolve(folder)).flatMap((path) => {
    const facts = inspect(path);
    return facts === undefined ? [] : [{ path, facts }];
  });
  return found.find(
    ({ facts }, index) => !allows(facts, user, index === found.length - 1 ? may.fill : may.pass),
  )?.path;
}
