import { expect } from 'chai';
import fc from 'fast-check';
import type { Node } from '../../../pipeline/config/node.ts';
import { formatLocation, formatProblem } from '../../../pipeline/config/problem.ts';
import { fileLocator, parseYaml } from '../../../pipeline/config/yaml.ts';
import { tree } from './parsing.ts';

/** Scalars and keys of a tree with their positions, in order. */
function positions(node: Node): readonly string[] {
  const at = (text: string, location: Node['location']) => `${text}@${location.line}:${location.column}`;
  if (node.kind === 'scalar') return [at(node.text, node.location)];
  if (node.kind === 'sequence') return [at('[', node.location), ...node.items.flatMap(positions)];
  return node.entries.flatMap(({ key, keyLocation, value }) => [
    at(`${key}:`, keyLocation),
    ...positions(value),
  ]);
}

async function problems(text: string): Promise<readonly string[]> {
  return (await parseYaml(text, fileLocator('f.yaml', text))).problems.map(formatProblem);
}

describe('the tree of a YAML document', () => {
  it('knows the line and column of every key and value', async () => {
    const text = 'a:\n  b: "x"\n  c:\n    - 1\n    - \'two\'\n\nd: {e: [f, g]}\n';
    expect(positions(await tree(text))).to.deep.equal([
      'a:@1:1',
      'b:@2:3',
      'x@2:6',
      'c:@3:3',
      '[@4:5',
      '1@4:7',
      'two@5:7',
      'd:@7:1',
      'e:@7:5',
      '[@7:8',
      'f@7:9',
      'g@7:12',
    ]);
  });

  it('counts lines that end in CR LF and in CR', async () => {
    expect(positions(await tree('a: 1\r\nb: 2\rc: 3\n'))).to.deep.equal([
      'a:@1:1',
      '1@1:4',
      'b:@2:1',
      '2@2:4',
      'c:@3:1',
      '3@3:4',
    ]);
  });

  it('places a block of text at its indicator, and nothing where it was left out', async () => {
    expect(
      positions(await tree('a: |\n  one\n  two\nb:\nc:\n  - x\n  # - not this one\n\n  -\n')),
    ).to.deep.equal(['a:@1:1', 'one\ntwo\n@1:4', 'b:@4:1', '@4:2', 'c:@5:1', '[@6:3', 'x@6:5', '@9:3']);
  });

  it('tells plain from quoted, folded and tagged text', async () => {
    const root = await tree('- 1\n- "1"\n- \'1\'\n- >\n  1\n- !!str 1\n');
    const plain =
      root.kind === 'sequence' ? root.items.map((item) => item.kind === 'scalar' && item.plain) : [];
    expect(plain).to.deep.equal([true, false, false, false, false]);
  });

  it('puts what an anchor holds where its alias stands', async () => {
    expect(positions(await tree('a: &x\n  k: 1\nb: *x\n'))).to.deep.equal([
      'a:@1:1',
      'k:@2:3',
      '1@2:6',
      'b:@3:1',
      'k:@2:3',
      '1@2:6',
    ]);
  });

  it('merges maps after <<, where the keys beside it win', async () => {
    const root = await tree('a: &x {k: 1, l: 2}\nb: &y {k: 3, m: 4}\nc:\n  <<: [*x, *y]\n  l: 5\n');
    const merged = root.kind === 'mapping' ? root.entries[2]?.value : undefined;
    const values =
      merged?.kind === 'mapping' ? merged.entries.map(({ key, value }) => [key, positions(value)[0]]) : [];
    expect(Object.fromEntries(values)).to.deep.equal({ l: '5@5:6', k: '1@1:11', m: '4@2:17' });
  });

  it('is not there for an empty text, a comment, or an empty document', async () => {
    for (const text of ['', '\n\n', '# nothing\n', '---\n', '---\n---\n']) {
      expect(await parseYaml(text, fileLocator('f.yaml', text))).to.deep.equal({
        root: undefined,
        problems: [],
      });
    }
  });

  it('stays small where aliases of aliases would make it huge', async () => {
    const levels = Array.from(
      { length: 60 },
      (_, level) => `a${level + 1}: &a${level + 1} [*a${level}, *a${level}]`,
    );
    const { root } = await parseYaml(['a0: &a0 x', ...levels].join('\n'), () => ({ source: 'f.yaml' }));
    expect(root?.kind === 'mapping' && root.entries.length).to.equal(61);
  });
});

describe('a mistake in YAML', () => {
  for (const [what, text, expected] of [
    ['a tab', 'a:\n\t- b\n', 'f.yaml:2:1: not valid YAML: tab characters must not be used in indentation'],
    ['a list that is not closed', 'a: [1,\n', 'f.yaml:2:1: not valid YAML: deficient indentation'],
    [
      'a reference without quotes in braces',
      'a:\n  b: {c: ${env:X}}\n',
      'f.yaml:2:11: not valid YAML: missed comma between flow collection entries: inside [ ] and { } write "${…}" with quotes',
    ],
    [
      'a key twice',
      'a: 1\nb: 2\na: 3\n',
      'f.yaml:3:1: the key "a" was given on line 1 already: remove one of the two',
    ],
    [
      'a key twice in braces',
      '{a: 1, a: 2}',
      'f.yaml:1:8: the key "a" was given on line 1 already: remove one of the two',
    ],
    [
      'an unknown alias',
      'a: *x\n',
      'f.yaml:1:4: *x refers to an anchor that is not there: write &x before it',
    ],
    [
      'an alias inside its own anchor',
      'a: &x [*x]\n',
      'f.yaml:1:8: *x refers to an anchor that is not there: write &x before it',
    ],
    [
      'a second document',
      'a: 1\n---\nb: 2\n',
      'f.yaml:3:1: a second YAML document: a configuration is one document, remove ---',
    ],
    ['a list for a key', '? [a]\n: b\n', 'f.yaml:1:3: a list or a map cannot be a key: write a word'],
    ['a tag', 'a: !!binary YQ==\n', 'f.yaml:1:13: the tag !!binary is not supported: remove it'],
    ['<< with a scalar', 'a: {<<: b}\n', 'f.yaml:1:9: expected a map, or a list of maps, after <<'],
  ] as const) {
    it(`such as ${what} is named with its place`, async () => {
      expect(await problems(text)).to.deep.equal([expected]);
    });
  }

  it('never throws, whatever the text', async () => {
    const piece = fc.constantFrom(
      ...'ab:-?[]{},&*!|>\'"%@`#~ \n\t\\<'.split(''),
      '\r\n',
      '---\n',
      '  ',
      '<<',
      '\0',
      '\u2028',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
    );
    await fc.assert(
      fc.asyncProperty(text, async (any) => {
        const { problems: found } = await parseYaml(any, fileLocator('f.yaml', any));
        for (const { location } of found) expect(formatLocation(location)).to.match(/^f\.yaml:\d+:\d+$/);
      }),
      { numRuns: 1000 },
    );
  });
});
