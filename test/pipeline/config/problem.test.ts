import { expect } from 'chai';
import { formatProblem, sortProblems } from '../../../pipeline/config/problem.ts';

describe('problems', () => {
  it('stand in the order of the file, what came from elsewhere last, each once', () => {
    const at = (line: number, column: number, message: string) => ({
      location: { source: 'f.yaml', line, column },
      message,
    });
    const elsewhere = { location: { source: '--set a' }, message: 'e' };
    const sorted = sortProblems([
      elsewhere,
      at(10, 1, 'd'),
      at(2, 5, 'b'),
      at(2, 1, 'a'),
      at(2, 5, 'b'),
      at(2, 5, 'c'),
    ]);
    expect(sorted.map(formatProblem)).to.deep.equal([
      'f.yaml:2:1: a',
      'f.yaml:2:5: b',
      'f.yaml:2:5: c',
      'f.yaml:10:1: d',
      '--set a: e',
    ]);
  });
});
