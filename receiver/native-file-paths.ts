import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function packageRoot(from: string): string {
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) return dirname(from);
  }
}

/** Where a file may be that is built from native/, best first: shipped, or built here. */
export function nativeFilePaths(fileName: string): readonly string[] {
  const root = packageRoot(fileURLToPath(import.meta.url));
  return [
    join(root, 'prebuilds', `${process.platform}-${process.arch}`, fileName),
    join(root, 'build', 'Release', fileName),
  ];
}
