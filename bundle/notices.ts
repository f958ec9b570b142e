import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';

const modules = fileURLToPath(new URL('../node_modules', import.meta.url));

/** Its headers are compiled into the addon. */
export const inAddon = ['node-addon-api'];

/** The packages whose code is in a bundle, sorted. */
export function bundledPackages({ inputs }: Metafile): readonly string[] {
  const names = Object.keys(inputs).flatMap((path) => {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
    return name === undefined ? [] : [name];
  });
  return [...new Set(names)].toSorted();
}

/** @throws where a package has no license to hand on */
function licenseText(name: string): string {
  const folder = join(modules, name);
  const texts = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice)/i.test(file));
  if (texts.length === 0) throw new Error(`${name} ships no license: what does it allow?`);
  return texts.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
}

interface Manifest {
  readonly version: string;
  readonly license: string;
}

/** Of an installed package. */
export function manifestOf(name: string): Manifest {
  return JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')) as Manifest;
}

function titleOf(name: string): string {
  const { version, license } = manifestOf(name);
  return `${name} ${version} (${license})`;
}

/** What the licenses of the bundled packages ask for: the text of each, below the names of those it is of. */
export function thirdPartyNotices(metafile: Metafile): string {
  const titlesByText = new Map<string, string[]>();
  for (const name of [...bundledPackages(metafile), ...inAddon]) {
    const text = licenseText(name);
    titlesByText.set(text, [...(titlesByText.get(text) ?? []), titleOf(name)]);
  }
  const sections = [...titlesByText].map(([text, titles]) => `${titles.join('\n')}\n\n${text}\n`);
  return `ebs-nvme-collector contains the following packages.\n\n${sections.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
