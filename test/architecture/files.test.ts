import { posix } from 'node:path';
import { expect } from 'chai';
import { projectFiles, textOf } from './source-tree.ts';

/** What no linter of ours sees: rules about files as a whole. */

const sources = projectFiles(/\.(?:ts|cc|h|sh)$/);
const scripts = projectFiles(/^(?:Makefile|Dockerfile|\.ci\/run|(?:.*\/)?CMakeLists\.txt)$/);
const documents = projectFiles(/\.(?:md|json|ya?ml)$/);
const maxLines = 300;

function linesThatMatch(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) =>
    textOf(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? `${path}:${index + 1}: ${line.trim()}` : [])),
  );
}

// A class of one letter keeps this file from being its own first find.
const suppression = /(?:ox|es)lint-disabl[e]|@ts-(?:ignor[e]|expect-erro[r]|nochec[k])|NOLIN[T]|c8 ignor[e]/;
const machinePath = /(?:^|[\s"'`=:(])\/(?:hom[e]|User[s]|roo[t]|wor[k])\/[\w.]/;

describe('the files of the project', () => {
  it('silence no linter and no compiler', () => {
    expect(linesThatMatch(sources, suppression)).to.deep.equal([]);
  });

  it('name no path of the machine they were written on', () => {
    expect(linesThatMatch([...sources, ...scripts, ...documents], machinePath)).to.deep.equal([]);
  });

  it('have names that say what is in them', () => {
    const vague = /^(utils?|helpers?|common|misc|shared|manager)\./;
    expect(sources.filter((path) => vague.test(posix.basename(path)))).to.deep.equal([]);
  });

  it(`have at most ${maxLines} lines`, () => {
    // oxlint counts those of TypeScript.
    const long = sources.filter(
      (path) => !path.endsWith('.ts') && textOf(path).split('\n').length > maxLines + 1,
    );
    expect(long).to.deep.equal([]);
  });
});
