import { expect } from 'chai';
import fc from 'fast-check';
import { expandTree } from '../../../pipeline/config/expand.ts';
import { formatInline, formatYaml } from '../../../pipeline/config/format-yaml.ts';
import type { Node } from '../../../pipeline/config/node.ts';
import type { Printable } from '../../../pipeline/config/schema.ts';
import { fileLocator, parseYaml } from '../../../pipeline/config/yaml.ts';

/** A tree as plain values: every scalar its text. */
function plain(node: Node | undefined): unknown {
  if (node === undefined) return undefined;
  if (node.kind === 'scalar') return node.text;
  if (node.kind === 'sequence') return node.items.map(plain);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
}

describe('a configuration as YAML', () => {
  it('reads like one that a person wrote', () => {
    const value = {
      receivers: {
        nvme: { collection_interval: '1m30s', devices: { include: ['*'], exclude: [] }, simulate: 0 },
      },
      processors: {},
      exporters: { prometheus: { endpoint: '0.0.0.0:8090', naming: ['ebs', 'otel'], ca_file: undefined } },
      actions: [{ key: 'team', value: 'a b' }, { key: '$x' }, []],
      url: 'https://example.com/a#b',
      yes: 'yes',
    };
    expect(formatYaml(value)).to.equal(
      [
        'receivers:',
        '  nvme:',
        '    collection_interval: 1m30s',
        '    devices:',
        '      include: ["*"]',
        '      exclude: []',
        '    simulate: 0',
        'processors: {}',
        'exporters:',
        '  prometheus:',
        '    endpoint: 0.0.0.0:8090',
        '    naming: [ebs, otel]',
        'actions:',
        '  - key: team',
        '    value: "a b"',
        '  - key: "$$x"',
        '  - []',
        'url: "https://example.com/a#b"',
        '"yes": "yes"',
        '',
      ].join('\n'),
    );
  });

  it('is read back as what was written, whatever it holds', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'null',
        '~',
        '1:30',
        '10s',
        '0x1',
        '1e3',
        ' a',
        'a ',
        'a: b',
        '- a',
        '${env:X}',
        '$$',
        '<<',
        '__proto__',
      ),
    );
    const { value } = fc.letrec<{ value: Printable }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(text, tie('value'), { maxKeys: 4 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(value, async (printable) => {
        const written = formatYaml(printable);
        const { root, problems } = await parseYaml(written, fileLocator('f.yaml', written));
        expect(problems).to.deep.equal([]);
        const expanded = root && expandTree(root, {}, ({ message }) => expect.fail(message));
        expect(JSON.stringify(plain(expanded) ?? '')).to.equal(JSON.stringify(printable));
      }),
      { numRuns: 300 },
    );
  });

  it('fits on one line for the reference', () => {
    expect(['10s', ['*'], {}, { a: 1 }].map(formatInline)).to.deep.equal(['10s', '["*"]', '{}', '{"a":1}']);
  });
});
