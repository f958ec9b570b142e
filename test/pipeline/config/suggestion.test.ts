import { expect } from 'chai';
import fc from 'fast-check';
import { closest, editDistance, suggestion } from '../../../pipeline/config/suggestion.ts';

describe('the edit distance', () => {
  for (const [a, b, distance] of [
    ['', '', 0],
    ['', 'abc', 3],
    ['endpoint', 'enpoint', 1],
    ['recievers', 'receivers', 1],
    ['kitten', 'sitting', 3],
  ] as const) {
    it(`between "${a}" and "${b}" is ${distance}`, () => {
      expect(editDistance(a, b)).to.equal(distance);
    });
  }

  it('is the same in both directions, and 0 only between equals', () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        return distance === editDistance(b, a) && (distance === 0) === (a === b);
      }),
    );
  });
});

describe('a suggestion', () => {
  const keys = ['endpoint', 'naming', 'otlphttp', 'insecure_skip_verify'];

  for (const [written, meant] of [
    ['enpoint', 'endpoint'],
    ['Endpoint', 'endpoint'],
    ['insecureSkipVerify', 'insecure_skip_verify'],
    ['insecure-skip-verify', 'insecure_skip_verify'],
    ['otlp', 'otlphttp'],
    ['otlp_http', 'otlphttp'],
    ['nam', 'naming'],
  ] as const) {
    it(`for ${written} is ${meant}`, () => {
      expect(closest(written, keys)).to.equal(meant);
    });
  }

  it('is not made up where nothing is near', () => {
    expect(closest('compression', keys)).to.equal(undefined);
    expect(closest('x', keys)).to.equal(undefined);
    expect(closest('e'.repeat(10_000), keys)).to.equal(undefined);
  });

  it('names what there is where nothing is near', () => {
    expect(suggestion('enpoint', keys)).to.equal(': did you mean "endpoint"?');
    expect(suggestion('x', ['a', 'b'])).to.equal('; known: a, b');
    expect(suggestion('x', [])).to.equal('');
  });
});
