import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { askForBuiltinModules } from './builtin-modules.ts';
import { firstLine } from './node-options.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const folder = 'dist';
/** The program that users start. */
export const programFile = 'ebs-nvme-collector.js';

export interface Bundle {
  /** By name, in one folder. */
  readonly files: ReadonlyMap<string, string>;
  /** What each file holds and loads. */
  readonly metafile: Metafile;
}

/** The names of those files that the program can load. esbuild writes what is imported by functions that nobody calls, too. */
function reachable({ outputs }: Metafile): ReadonlySet<string> {
  const paths = new Set([`${folder}/${programFile}`]);
  // A set gives also what is added while it is gone through.
  for (const path of paths) {
    for (const { path: imported, external } of outputs[path]?.imports ?? []) {
      if (external !== true) paths.add(imported);
    }
  }
  return new Set([...paths].map((path) => basename(path)));
}

/**
 * The collector and every package that it needs, in files that are loaded when they are needed: a command, a component, a
 * parser each has its own. They need Node and the addon, and no node_modules.
 *
 * Neither shortened nor mapped: shorter names saved no memory that could be measured, and an error's stack names functions and
 * lines as they are in the files.
 * @throws where something cannot be resolved or is doubtful
 */
export async function bundleCollector(): Promise<Bundle> {
  const { outputFiles, metafile, warnings } = await build({
    absWorkingDir: root,
    entryPoints: { [basename(programFile, '.js')]: 'pipeline/main.ts' },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Modules before CommonJS: what nobody uses of a package is left out.
    mainFields: ['module', 'main'],
    // The licenses are in the notices, whole.
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    write: false,
  });
  if (warnings.length > 0) throw new Error('esbuild warned: see above');
  const needed = reachable(metafile);
  const files = new Map(
    outputFiles
      .map((file) => [basename(file.path), askForBuiltinModules(file.text)] as const)
      .filter(([name]) => needed.has(name)),
  );
  const program = files.get(programFile);
  if (program === undefined) throw new Error(`esbuild made no ${programFile}`);
  files.set(programFile, `${firstLine()}\n${program}`);
  return { files, metafile };
}
