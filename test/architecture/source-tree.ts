import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const notOurs = new Set(['.git', 'node_modules', 'build', 'dist', 'coverage']);

function walk(folder: string): string[] {
  return readdirSync(posix.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : walk(path);
    return entry.isFile() ? path : [];
  });
}

const all = walk('').toSorted();

/** The project's own files, as paths from its root. */
export function projectFiles(pattern: RegExp): string[] {
  return all.filter((path) => pattern.test(path));
}

export function textOf(path: string): string {
  return readFileSync(posix.join(root, path), 'utf8');
}

/** `from` imports `to`, both paths from the root. */
export interface Import {
  readonly from: string;
  readonly to: string;
  /** `import type`: gone when the program runs. */
  readonly typeOnly: boolean;
}

const importPattern =
  /^(?:import|export)\s+(?<type>type\s)?[^'"]*?from\s+'(?<from>\.[^']+)'|(?:^import|\bimport\()\s*'(?<bare>\.[^']+)'/gm;

/** What a file imports from the project itself, statically or while it runs. */
export function importsOf(path: string): Import[] {
  return [...textOf(path).matchAll(importPattern)].map(({ groups }) => ({
    from: path,
    to: posix.join(posix.dirname(path), groups?.['from'] ?? groups?.['bare'] ?? ''),
    typeOnly: groups?.['type'] !== undefined,
  }));
}

/** Every file that is loaded when `path` is, itself among them. */
export function loadedBy(path: string, loaded = new Set<string>()): Set<string> {
  if (loaded.has(path)) return loaded;
  loaded.add(path);
  for (const { to, typeOnly } of importsOf(path)) {
    if (!typeOnly) loadedBy(to, loaded);
  }
  return loaded;
}
