import { expect } from 'chai';
import fc from 'fast-check';
import { integer, listOf, mapOf, optional, secret, string } from '../../../../pipeline/config/schema.ts';
import { parseWith } from '../parsing.ts';

describe('a list', () => {
  it('gives its values in order', async () => {
    expect(await parseWith(listOf(integer()), '- 3\n- 1\n')).to.deep.equal({ value: [3, 1] });
    expect(await parseWith(listOf(integer()), '[]')).to.deep.equal({ value: [] });
  });

  it('names each value that is wrong', async () => {
    expect(await parseWith(listOf(integer()), '- a\n- 1\n-\n')).to.deep.equal({
      problems: [
        'f.yaml:1:3: [0]: expected a whole number but received "a"',
        'f.yaml:3:1: [2]: expected a whole number but received nothing',
      ],
    });
  });

  it('is not a single value', async () => {
    expect(await parseWith(listOf(integer()), '1')).to.deep.equal({
      problems: ['f.yaml:1:1: exporter x: expected a list like [a, b] but received "1"'],
    });
  });
});

describe('a map with any keys', () => {
  it('gives the values by key', async () => {
    expect(await parseWith(mapOf(string()), '{a: 1, b: two}')).to.deep.equal({ value: { a: '1', b: 'two' } });
  });

  it('names each value that is wrong', async () => {
    expect(await parseWith(mapOf(integer()), 'a: x\nb: 1\nc: [1]\n')).to.deep.equal({
      problems: [
        'f.yaml:1:4: a: expected a whole number but received "x"',
        'f.yaml:3:4: c: expected a whole number but received a list',
      ],
    });
  });

  it('takes any key for a key, also those that mean something to JavaScript', async () => {
    const key = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '<<', 'null'));
    await fc.assert(
      fc.asyncProperty(key, async (name) => {
        const parsed = await parseWith(mapOf(string()), `{${JSON.stringify(name)}: x}`);
        expect('value' in parsed && Object.entries(parsed.value)).to.deep.equal([[name, 'x']]);
      }),
    );
  });

  it('hides secrets when printed, not their keys', () => {
    expect(mapOf(secret()).show({ 'api-key': 'abc' })).to.deep.equal({ 'api-key': '****' });
  });
});

describe('an optional value', () => {
  it('is undefined where nothing was written', async () => {
    expect(await parseWith(optional(integer()), '~')).to.deep.equal({ value: undefined });
    expect(await parseWith(optional(integer()), '5')).to.deep.equal({ value: 5 });
    expect(optional(integer()).show(undefined)).to.equal(undefined);
  });
});
