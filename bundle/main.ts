import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleCollector, programFile } from './collector.ts';
import { thirdPartyNotices } from './notices.ts';

/** Writes dist/: what a node runs, beside the addon. */

const dist = new URL('../dist/', import.meta.url);

const { files, metafile } = await bundleCollector();
rmSync(fileURLToPath(dist), { recursive: true, force: true });
mkdirSync(dist);
for (const [name, contents] of files) {
  writeFileSync(new URL(name, dist), contents, { mode: name === programFile ? 0o755 : 0o644 });
}
writeFileSync(new URL('THIRD-PARTY-NOTICES.txt', dist), thirdPartyNotices(metafile));
