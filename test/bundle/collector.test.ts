import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import type { Metafile } from 'esbuild';
import { expect } from 'chai';
import { bundleCollector, programFile, type Bundle } from '../../bundle/collector.ts';

type Output = Metafile['outputs'][string];

describe('the bundle', () => {
  let bundle: Bundle;
  const text = (name: string) => bundle.files.get(name) ?? '';
  const output = (path: string): Output => {
    const found = bundle.metafile.outputs[path];
    if (found === undefined) throw new Error(`the bundle has no ${path}`);
    return found;
  };
  /** The files that are loaded with one, itself among them. */
  const loadedWith = (path: string, loaded = new Set<string>()): ReadonlySet<string> => {
    if (loaded.has(path)) return loaded;
    loaded.add(path);
    for (const { path: imported, kind, external } of output(path).imports) {
      if (kind === 'import-statement' && external !== true) loadedWith(imported, loaded);
    }
    return loaded;
  };
  const sourcesOf = (path: string) =>
    [...loadedWith(path)].flatMap((file) => Object.keys(output(file).inputs));
  const fileOf = (source: string) => {
    const [path] =
      Object.entries(bundle.metafile.outputs).find(([, { entryPoint }]) => entryPoint === source) ?? [];
    return path ?? '';
  };

  before(async () => {
    bundle = await bundleCollector();
  });

  it('starts like a program, and only its first file does', () => {
    const starting = [...bundle.files.keys()].filter((name) => text(name).startsWith('#!'));
    expect(starting).to.deep.equal([programFile]);
  });

  it('needs no package: what it does not hold comes from Node', () => {
    const outside = Object.values(bundle.metafile.outputs)
      .flatMap(({ imports }) => imports)
      .flatMap(({ external, path }) => (external === true ? path.replace(/^node:/, '') : []));
    expect(outside.filter((name) => !builtinModules.includes(name))).to.deep.equal([]);
  });

  it("asks for Node's modules and imports none", () => {
    const importing = [...bundle.files.keys()].filter((name) => /^import .*"[^.].*";$/m.test(text(name)));
    expect(importing).to.deep.equal([]);
    const asking = [...bundle.files.keys()].filter((name) =>
      text(name).includes('process.getBuiltinModule("node:http")'),
    );
    expect(asking).not.to.be.empty;
  });

  it('loads what is dear in Node when it is used', () => {
    const dear = /^const .* = process\.getBuiltinModule\("node:(?:crypto|https|tls)"\);$/m;
    const loading = [...bundle.files.keys()].filter((name) => dear.test(text(name)));
    // A package, and loaded itself when there is a password to check.
    expect(loading.filter((name) => !name.startsWith('bcryptjs-'))).to.deep.equal([]);
  });

  it('holds every package once, as modules', () => {
    const twofold = Object.keys(bundle.metafile.inputs).filter((path) =>
      /node_modules\/@opentelemetry\/[^/]+\/build\/(?!esm\/)/.test(path),
    );
    expect(twofold).to.deep.equal([]);
    const nested = Object.keys(bundle.metafile.inputs).filter((path) =>
      /node_modules\/.*node_modules\//.test(path),
    );
    expect(nested).to.deep.equal([]);
  });

  it('loads a component, a command and a parser when they are needed', () => {
    const everyRun = [...sourcesOf(`dist/${programFile}`), ...sourcesOf(fileOf('pipeline/cli/run.ts'))];
    const lazy =
      /js-yaml|otlp-transformer|^pipeline\/(?:exporters|processors)\/[^/]+\/(?:exporter|processor)\.ts|simulate\/source\.ts|cli\/inspect\.ts/;
    expect(everyRun).to.include('pipeline/service.ts');
    expect(everyRun.filter((source) => lazy.test(source))).to.deep.equal([]);
    expect(sourcesOf(`dist/${programFile}`)).not.to.include('pipeline/service.ts');
  });

  it('has no file that nothing loads', () => {
    const named = (name: string) =>
      [...bundle.files.keys()].some((other) => text(other).includes(`"./${name}"`));
    expect([...bundle.files.keys()].filter((name) => name !== programFile && !named(name))).to.deep.equal([]);
  });

  it('is what was built', () => {
    for (const [name, made] of bundle.files) {
      const built = readFileSync(new URL(`../../dist/${name}`, import.meta.url), 'utf8');
      expect(built === made, `dist/${name} is not what the sources make: run \`make build\``).to.equal(true);
    }
  });
});
