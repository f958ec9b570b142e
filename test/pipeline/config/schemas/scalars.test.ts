import { expect } from 'chai';
import { boolean, integer, number, oneOf, secret, string } from '../../../../pipeline/config/schema.ts';
import { parseWith } from '../parsing.ts';

describe('a string', () => {
  for (const [text, value] of [
    ['word', 'word'],
    ['"10"', '10'],
    ['10', '10'],
    ['true', 'true'],
    ['0x1F', '0x1F'],
    ['"null"', 'null'],
    ['""', ''],
  ] as const) {
    it(`is ${JSON.stringify(value)} for ${text}`, async () => {
      expect(await parseWith(string(), text)).to.deep.equal({ value });
    });
  }

  it('is not a list, a map, or nothing', async () => {
    expect(await parseWith(string(), '[a]')).to.deep.equal({
      problems: ['f.yaml:1:1: exporter x: expected a string but received a list'],
    });
    expect(await parseWith(string(), '{a: b}')).to.deep.equal({
      problems: ['f.yaml:1:1: exporter x: expected a string but received a map'],
    });
    expect(await parseWith(string(), '~')).to.deep.equal({
      problems: ['f.yaml:1:1: exporter x: expected a string but received nothing'],
    });
  });
});

describe('a secret', () => {
  it('is a string that is printed as stars', async () => {
    expect(await parseWith(secret(), 'key')).to.deep.equal({ value: 'key' });
    expect(secret().show('key')).to.equal('****');
  });
});

describe('a boolean', () => {
  it('is true or false in the words of YAML 1.2', async () => {
    expect(await parseWith(boolean(), 'true')).to.deep.equal({ value: true });
    expect(await parseWith(boolean(), 'False')).to.deep.equal({ value: false });
  });

  it('is not yes, and not a quoted word', async () => {
    expect(await parseWith(boolean(), 'yes')).to.deep.equal({
      problems: ['f.yaml:1:1: exporter x: expected true or false but received "yes"'],
    });
    expect(await parseWith(boolean(), '"true"')).to.deep.equal({
      problems: [
        'f.yaml:1:1: exporter x: expected true or false but received "true": write "true" without quotes',
      ],
    });
    expect(await parseWith(boolean(), 'constructor')).to.have.property('problems');
  });
});

describe('a number', () => {
  for (const [text, value] of [
    ['0', 0],
    ['-3', -3],
    ['+7', 7],
  ] as const) {
    it(`is ${value} for ${text}`, async () => {
      expect(await parseWith(integer(), text)).to.deep.equal({ value });
      expect(await parseWith(number(), text)).to.deep.equal({ value });
    });
  }

  it('may have a fraction and an exponent where it need not be whole', async () => {
    expect(await parseWith(number(), '1.5e3')).to.deep.equal({ value: 1500 });
    expect(await parseWith(integer(), '1.5')).to.have.property('problems');
    expect(await parseWith(number(), '1e999')).to.have.property('problems');
    expect(await parseWith(number(), '.inf')).to.have.property('problems');
  });

  it('keeps its bounds', async () => {
    const percent = integer({ min: 0, max: 100 });
    expect(await parseWith(percent, '100')).to.deep.equal({ value: 100 });
    expect(await parseWith(percent, '101')).to.deep.equal({
      problems: ['f.yaml:1:1: exporter x: expected at most 100 but received 101'],
    });
    expect(await parseWith(percent, '-1')).to.deep.equal({
      problems: ['f.yaml:1:1: exporter x: expected at least 0 but received -1'],
    });
    expect(await parseWith(percent, 'many')).to.deep.equal({
      problems: ['f.yaml:1:1: exporter x: expected a whole number from 0 to 100 but received "many"'],
    });
  });
});

describe('one of a few words', () => {
  it('is one of them', async () => {
    expect(await parseWith(oneOf(['gzip', 'none']), 'gzip')).to.deep.equal({ value: 'gzip' });
  });

  it('suggests the one that was meant', async () => {
    expect(await parseWith(oneOf(['gzip', 'none']), 'gzp')).to.deep.equal({
      problems: [
        'f.yaml:1:1: exporter x: expected one of gzip, none but received "gzp": did you mean "gzip"?',
      ],
    });
    expect(await parseWith(oneOf(['gzip', 'none']), 'brotli')).to.deep.equal({
      problems: ['f.yaml:1:1: exporter x: expected one of gzip, none but received "brotli"'],
    });
  });
});
