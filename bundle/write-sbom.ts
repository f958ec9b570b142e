import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { bundleCollector } from './collector.ts';
import { bundledPackages, inAddon, manifestOf } from './notices.ts';
import { sbomOfShipped, type Sbom } from './sbom.ts';

/** Writes build/sbom.cdx.json: the packages whose code is in dist/ and in the addon, with versions, licenses and hashes. */

const root = new URL('../', import.meta.url);
const { name } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { readonly name: string };
const options = ['--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'];
const installed = execFileSync('npm', ['sbom', '--loglevel=error', ...options], {
  cwd: root,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
  maxBuffer: 64 * 1024 * 1024,
});
const { metafile } = await bundleCollector();
const shipped = [...bundledPackages(metafile), ...inAddon].map(
  (each) => `${each}@${manifestOf(each).version}`,
);
const sbom = sbomOfShipped(JSON.parse(installed) as Sbom, name, shipped);
mkdirSync(new URL('build/', root), { recursive: true });
writeFileSync(new URL('build/sbom.cdx.json', root), `${JSON.stringify(sbom, undefined, 2)}\n`);
