import { expect } from 'chai';
import { lookOf } from '../../../../pipeline/cli/terminal/look.ts';
import { createFakeScreen } from '../fake-screen.ts';

const painted = (isTerminal: boolean, env: Record<string, string>): string =>
  lookOf(createFakeScreen({ isTerminal, env })).paint('red', 'x');
const isUnicode = (env: Record<string, string>): boolean => lookOf(createFakeScreen({ env })).unicode;

describe('the look of text', () => {
  it('has colors on a terminal only', () => {
    expect(painted(true, {})).to.equal('\u001b[31mx\u001b[0m');
    expect(painted(false, {})).to.equal('x');
  });

  it('has none where NO_COLOR or a dumb terminal forbids them', () => {
    expect(painted(true, { NO_COLOR: '1' })).to.equal('x');
    expect(painted(true, { TERM: 'dumb' })).to.equal('x');
    expect(painted(true, { NO_COLOR: '' })).to.not.equal('x');
  });

  it('does not paint nothing', () => {
    expect(lookOf(createFakeScreen({ env: {} })).paint('red', '')).to.equal('');
    expect(lookOf(createFakeScreen({ env: {} })).paint(undefined, 'x')).to.equal('x');
  });

  it('is Unicode where the locale is UTF-8, by the first variable that says anything', () => {
    expect(isUnicode({ LANG: 'en_US.UTF-8' })).to.equal(true);
    expect(isUnicode({ LANG: 'de_DE.utf8' })).to.equal(true);
    expect(isUnicode({ LANG: 'C.UTF-8', LC_ALL: 'C' })).to.equal(false);
    expect(isUnicode({ LANG: 'C', LC_ALL: '', LC_CTYPE: 'C.UTF-8' })).to.equal(true);
    expect(isUnicode({})).to.equal(false);
  });
});
