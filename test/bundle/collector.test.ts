import { builtinModules } from 'node:module';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect } from 'chai';
import { bundleCollector, programFile, type Bundle } from '../../bundle/collector.ts';
import { firstLine, nodeOptions } from '../../bundle/node-options.ts';
import { bundledPackages, thirdPartyNotices } from '../../bundle/notices.ts';
import { startCollector } from '../fixtures/collector.ts';

/** The packages in the files that are loaded together with this one. */
function packagesLoadedWith({ metafile }: Bundle, name: string): Set<string> {
  const loaded = new Set([`dist/${name}`]);
  for (const path of loaded) {
    for (const { path: imported, kind, external } of metafile.outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && external !== true) loaded.add(imported);
    }
  }
  const inputs = [...loaded].flatMap((path) => Object.keys(metafile.outputs[path]?.inputs ?? {}));
  return new Set(inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));
}

describe('the bundle', function () {
  this.timeout(60_000);
  let bundle: Bundle;
  before(async () => {
    bundle = await bundleCollector();
  });

  it('needs Node and nothing else', () => {
    const externals = Object.values(bundle.metafile.outputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external === true).map(({ path }) => path.replace(/^node:/, '')),
    );
    for (const external of externals) expect(builtinModules).to.include(external);
  });

  it('holds each package once, and says whose it is', () => {
    const places = new Set(
      Object.keys(bundle.metafile.inputs).flatMap(
        (path) => /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [],
      ),
    );
    const packages = bundledPackages(bundle.metafile);
    expect(packages).to.include.members(['@opentelemetry/api', '@opentelemetry/sdk-metrics', 'js-yaml']);
    expect(places.size).to.equal(packages.length);
    const notices = thirdPartyNotices(bundle.metafile);
    for (const name of packages) expect(notices).to.include(`\n${name} `);
  });

  it('loads what is for some configurations only when it is needed', () => {
    const atStart = packagesLoadedWith(bundle, programFile);
    expect([...atStart]).not.to.include.members(['js-yaml']);
    expect([...atStart]).not.to.include.members(['@opentelemetry/otlp-transformer']);
  });

  it('is what was built', () => {
    for (const [name, contents] of bundle.files) {
      const built = readFileSync(new URL(`../../dist/${basename(name)}`, import.meta.url));
      expect(built.equals(contents), `${name} is not what the sources make: run \`make build\``).to.equal(
        true,
      );
    }
  });

  it('starts Node with the options of its first line', async () => {
    // Linux before 5.1 cuts it off.
    expect(firstLine().length).to.be.at.most(127);
    const collector = await startCollector(['--simulate', '1']);
    try {
      const words = readFileSync(`/proc/${collector.process.pid}/cmdline`, 'utf8').split('\0');
      expect(words.slice(1, 1 + nodeOptions.length)).to.deep.equal(nodeOptions);
    } finally {
      await collector.stop();
    }
  });
});
