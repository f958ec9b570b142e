import { existsSync, readFileSync } from 'node:fs';

/** The collector's name in packages, resources, scopes and user agents. */
export const productName = 'ebs-nvme-collector';

/** From the package.json above this file: the source tree's, or the one that was shipped with the built files. */
export function productVersion(from: string | URL = import.meta.url): string {
  for (let folder = new URL('.', from); ; folder = new URL('..', folder)) {
    const file = new URL('package.json', folder);
    if (existsSync(file)) {
      const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as {
        name?: unknown;
        version?: unknown;
      };
      if (name === productName && typeof version === 'string') return version;
    }
    if (folder.pathname === '/') return 'unknown';
  }
}
