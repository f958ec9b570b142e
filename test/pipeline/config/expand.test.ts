import { expect } from 'chai';
import fc from 'fast-check';
import { expandText, expandTree } from '../../../pipeline/config/expand.ts';
import type { Node } from '../../../pipeline/config/node.ts';
import { formatProblem } from '../../../pipeline/config/problem.ts';
import { tree } from './parsing.ts';

const env = { HOST: 'example.com', EMPTY: '', NESTED: '${env:HOST}', _x1: 'y' };

describe('expansion', () => {
  for (const [text, expanded] of [
    ['plain', 'plain'],
    ['${env:HOST}', 'example.com'],
    ['https://${env:HOST}:${env:PORT:-4318}/', 'https://example.com:4318/'],
    ['${env:_x1}', 'y'],
    ['${env:EMPTY}', ''],
    ['${env:EMPTY:-default}', ''],
    ['${env:UNSET:-}', ''],
    ['${env:UNSET:-a:-b}', 'a:-b'],
    ['${env:UNSET:-${env:HOST}}', 'example.com'],
    ['${env:UNSET:-{"a":1\\}}', '{"a":1\\}'],
    ['${env:NESTED}', '${env:HOST}'],
    ['$${env:HOST}', '${env:HOST}'],
    ['$$$${env:HOST}', '$${env:HOST}'],
    ['$$${env:HOST}', '$example.com'],
    ['costs 5$', 'costs 5$'],
    ['$HOST', '$HOST'],
  ] as const) {
    it(`of ${text} is ${JSON.stringify(expanded)}`, () => {
      expect(expandText(text, env)).to.have.property('text', expanded);
    });
  }

  for (const [text, wrong] of [
    ['${env:UNSET}', 'the variable UNSET is not set: set it, or give a default with ${env:UNSET:-default}'],
    [
      '${env:toString}',
      'the variable toString is not set: set it, or give a default with ${env:toString:-default}',
    ],
    ['${HOST}', '${HOST} names no provider: write ${env:HOST}, or $${HOST} for the text itself'],
    ['${file:/etc/key}', 'unknown provider "file" in ${file:/etc/key}: only ${env:NAME} is known'],
    ['${env:}', '${env:} names no variable: write ${env:NAME} or ${env:NAME:-default}'],
    ['${env:A B}', '${env:A B} names no variable: write ${env:NAME} or ${env:NAME:-default}'],
    ['${}', '${} names no provider: write ${env:NAME}, or $${} for the text itself'],
    ['${env:HOST', 'a "${" is not closed: close it with }, or write $${ for the text itself'],
    [
      '${env:UNSET:-${OTHER}}',
      '${OTHER} names no provider: write ${env:OTHER}, or $${OTHER} for the text itself',
    ],
  ] as const) {
    it(`of ${text} is refused`, () => {
      expect(expandText(text, env)).to.deep.equal({ wrong });
    });
  }

  it('of any text with its dollars doubled is that text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(expandText(text.replaceAll('$', '$$$$'), {})).to.deep.equal({ text, substituted: false });
      }),
    );
  });

  it('keeps whatever a variable holds inside its scalar', async () => {
    const root = await tree('a: ${env:SECRET}\nb: "x-${env:SECRET}"\nc: [1, 2]\n');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (secret) => {
        const scalar = (node: Node | undefined) => (node?.kind === 'scalar' ? node.text : undefined);
        const expanded = expandTree(root, { SECRET: secret }, ({ message }) => expect.fail(message));
        const entries = expanded.kind === 'mapping' ? expanded.entries : [];
        expect(entries.map(({ key }) => key)).to.deep.equal(['a', 'b', 'c']);
        expect([scalar(entries[0]?.value), scalar(entries[1]?.value)]).to.deep.equal([secret, `x-${secret}`]);
      }),
    );
  });

  it('names every mistake of a tree with its place', async () => {
    const problems: string[] = [];
    const root = await tree('a: ${env:A}\nb:\n  - ok\n  - "${B}"\n');
    expandTree(root, {}, (problem) => problems.push(formatProblem(problem)));
    expect(problems).to.deep.equal([
      'f.yaml:1:4: the variable A is not set: set it, or give a default with ${env:A:-default}',
      'f.yaml:4:5: ${B} names no provider: write ${env:B}, or $${B} for the text itself',
    ]);
  });
});
