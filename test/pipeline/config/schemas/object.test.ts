import { expect } from 'chai';
import {
  checked,
  durationMs,
  field,
  integer,
  listOf,
  object,
  refine,
  required,
  secret,
  section,
  string,
  type Infer,
} from '../../../../pipeline/config/schema.ts';
import { parseWith } from '../parsing.ts';

const limits = object({
  least: field(integer(), 1, 'The least.'),
  most: field(integer(), 9, 'The most.'),
});
const ordered = refine(limits, ['least', 'most'], ({ least, most }) =>
  least <= most ? undefined : 'least is more than most',
);
const schema = object(
  {
    name: required(string(), 'A name.'),
    every: field(durationMs(), 10_000, 'How often.'),
    limits: section(ordered, 'Limits.'),
    key: field(secret(), 'none', 'A key.'),
  },
  { batch: 'each push is one batch: remove it' },
);

describe('a map of known keys', () => {
  it('gives each key its value, and what was left out its default', async () => {
    const parsed = await parseWith(schema, 'name: a\nlimits: {most: 5}\n');
    const value: Infer<typeof schema> = {
      name: 'a',
      every: 10_000,
      limits: { least: 1, most: 5 },
      key: 'none',
    };
    expect(parsed).to.deep.equal({ value });
  });

  it('takes nothing for the defaults', async () => {
    expect(await parseWith(schema, 'name: a\nevery:\nlimits: ~\nkey: null\n')).to.deep.equal({
      value: { name: 'a', every: 10_000, limits: { least: 1, most: 9 }, key: 'none' },
    });
    expect(await parseWith(limits, '~')).to.deep.equal({ value: { least: 1, most: 9 } });
  });

  it('names everything that is wrong, each at its place', async () => {
    expect(
      await parseWith(schema, 'nane: a\nevery: 10\nlimits:\n  least: x\n  mots: 3\nbatch: {}\n'),
    ).to.deep.equal({
      problems: [
        'f.yaml:1:1: unknown key "nane" in exporter x: did you mean "name"?',
        'f.yaml:6:1: unknown key "batch" in exporter x: each push is one batch: remove it',
        'f.yaml:1:1: exporter x: "name" is missing: expected a string',
        'f.yaml:2:8: every: expected a duration like 10s or 1m30s but received "10"',
        'f.yaml:5:3: unknown key "mots" in limits of exporter x: did you mean "most"?',
        'f.yaml:4:10: limits.least: expected a whole number but received "x"',
      ],
    });
  });

  it('is no list and no scalar', async () => {
    expect(await parseWith(limits, '[1]')).to.deep.equal({
      problems: ['f.yaml:1:1: exporter x: expected a map with the keys least, most but received a list'],
    });
  });

  it('knows only its own keys, not those of every object', async () => {
    expect(await parseWith(limits, '{constructor: 1, __proto__: 2}')).to.deep.equal({
      problems: [
        'f.yaml:1:2: unknown key "constructor" in exporter x; known: least, most',
        'f.yaml:1:18: unknown key "__proto__" in exporter x; known: least, most',
      ],
    });
  });

  it('is printed with its defaults, secrets hidden', () => {
    const value = { name: 'a', every: 90_000, limits: { least: 1, most: 9 }, key: 'abc' };
    expect(schema.show(value)).to.deep.equal({
      name: 'a',
      every: '1m30s',
      limits: { least: 1, most: 9 },
      key: '****',
    });
  });

  it('documents its keys', () => {
    expect(
      schema.fields.map(({ key, type, required: must, default: value }) => [key, type, must, value]),
    ).to.deep.equal([
      ['name', 'string', true, undefined],
      ['every', 'duration', false, '10s'],
      ['limits', 'map', false, { least: 1, most: 9 }],
      ['key', 'secret', false, '****'],
    ]);
  });
});

describe('a rule between keys', () => {
  it('speaks at the first of its keys that was written', async () => {
    expect(await parseWith(ordered, 'most: 0')).to.deep.equal({
      problems: ['f.yaml:1:7: exporter x: least is more than most'],
    });
    expect(await parseWith(schema, 'name: a\nlimits: {most: 1, least: 5}')).to.deep.equal({
      problems: ['f.yaml:2:26: limits: least is more than most'],
    });
  });

  it('speaks while other keys are wrong, and keeps silent while its own are', async () => {
    expect(await parseWith(ordered, '{least: 5, most: 1, other: 2}')).to.deep.equal({
      problems: [
        'f.yaml:1:21: unknown key "other" in exporter x; known: least, most',
        'f.yaml:1:9: exporter x: least is more than most',
      ],
    });
    expect(await parseWith(ordered, '{least: 5, most: x}')).to.deep.equal({
      problems: [
        'f.yaml:1:18: exporter x: expected a whole number but received "x"'.replace('exporter x', 'most'),
      ],
    });
  });
});

describe('a rule for one value', () => {
  it('speaks at the value', async () => {
    const even = checked(integer(), (value) => (value % 2 === 0 ? undefined : 'expected an even number'));
    expect(await parseWith(listOf(even), '[2, 3]')).to.deep.equal({
      problems: ['f.yaml:1:5: [1]: expected an even number'],
    });
  });
});
