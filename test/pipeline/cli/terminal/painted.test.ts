import { expect } from 'chai';
import { cut, visibleLength } from '../../../../pipeline/cli/terminal/painted.ts';

describe('a line with colors', () => {
  const line = `ab\u001b[31mcd\u001b[0mef`;

  it('is as long as what is seen of it', () => {
    expect(visibleLength(line)).to.equal(6);
  });

  it('is left as it is where it fits', () => {
    expect(cut(line, 6)).to.equal(line);
  });

  it('is cut between characters, and its colors end with it', () => {
    expect(cut(line, 3)).to.equal('ab\u001b[31mc\u001b[0m');
    expect(visibleLength(cut(line, 5))).to.equal(5);
    expect(cut('█▋abc', 2)).to.equal('█▋');
    expect(cut(line, 0)).to.equal('');
  });
});
