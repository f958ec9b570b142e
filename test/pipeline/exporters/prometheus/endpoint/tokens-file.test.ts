import { expect } from 'chai';
import {
  isToken,
  parseTokensFile,
} from '../../../../../pipeline/exporters/prometheus/endpoint/tokens-file.ts';

const old = 'b3Vyb2xkdG9rZW4tLS0tLQ==';
const current = '0123456789abcdef0123456789abcdef';

describe('a file of tokens', () => {
  it('lets in every token that is in it: the old and the new while they are exchanged', () => {
    const tokens = parseTokensFile(`# since May\n${old}\r\n\n  ${current}  \n`);
    expect([old, current].map((token) => isToken(tokens, token))).to.deep.equal([true, true]);
    for (const stranger of ['', 'x', `${current}0`, current.slice(1), '# since May', current.toUpperCase()]) {
      expect(isToken(tokens, stranger), stranger).to.equal(false);
    }
  });

  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ['nothing', '\n# none yet\n', /^there is no token in it$/],
    ['a token that can be guessed', 'hunter2\n', /^line 1: expected at least 16 characters/],
    [
      'what no header can carry',
      `${current}\nnö such tökén at all\n`,
      /^line 2: expected a token of the characters/,
    ],
  ];
  for (const [what, text, message] of wrong) {
    it(`may not have ${what}`, () =>
      expect(() => parseTokensFile(text))
        .to.throw(message)
        .with.property('message')
        .that.does.not.match(/hunter2|nö/));
  }
});
