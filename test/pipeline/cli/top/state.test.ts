import { expect } from 'chai';
import { initialState, press, type Shown, type TopState } from '../../../../pipeline/cli/top/state.ts';

const shown: Shown = { devices: ['a', 'b', 'c', 'd'], pageRows: 2, openedLines: 10 };
const after = (...keys: readonly string[]): TopState =>
  keys.reduce((state, key) => press(state, key, shown), initialState);

describe('the keys of top', () => {
  it('choose a volume, and do not leave the list', () => {
    const chosen = Object.fromEntries(
      ['down', 'j', 'up', 'pagedown', 'end', 'home'].map((key) => [key, after(key).chosen]),
    );
    expect(chosen).to.deep.equal({ down: 'a', j: 'a', up: 'a', pagedown: 'c', end: 'd', home: 'a' });
    expect(after('down', 'down', 'down', 'k').chosen).to.equal('b');
    expect(after('end', 'down').chosen).to.equal('d');
  });

  it('keep the volume that was chosen when others come before it', () => {
    const state = press(after('down'), 'down', { ...shown, devices: ['x', 'a', 'b'] });
    expect(state.chosen).to.equal('b');
  });

  it('choose nothing where there is nothing', () => {
    for (const key of ['down', 'return']) {
      expect(press(initialState, key, { ...shown, devices: [] }), key).to.deep.equal(initialState);
    }
  });

  it('keep the chosen volume, and go on from where it was, while it cannot be read', () => {
    const without = { ...shown, devices: ['a', 'c', 'd'] };
    const onB = after('down', 'down');
    expect(press(onB, 'return', without)).to.include({ chosen: 'b', openedAtLine: 0 });
    expect(press(onB, 'down', without).chosen).to.equal('d');
    expect(press(onB, 'up', without).chosen).to.equal('a');
  });

  it('show the first volume at length, where none was chosen', () => {
    expect(after('return')).to.include({ chosen: 'a', openedAtLine: 0 });
  });

  it('scroll it by lines and by pages, to its last line at the foot', () => {
    expect(after('return', 'down').openedAtLine).to.equal(1);
    expect(after('return', 'pagedown', 'pagedown').openedAtLine).to.equal(4);
    expect(after('return', 'end', 'down').openedAtLine).to.equal(8);
    expect(after('return', 'up').openedAtLine).to.equal(0);
  });

  it('go on to other volumes from their first line, and back to all of them', () => {
    expect(after('return', 'end', 'right')).to.include({ chosen: 'b', openedAtLine: 0 });
    expect(after('return', 'left')).to.include({ chosen: 'a', openedAtLine: 0 });
    for (const key of ['escape', 'backspace']) {
      expect(after('return', 'right', key)).to.include({ chosen: 'b', openedAtLine: undefined });
    }
  });

  it('mean nothing sideways where all volumes are shown', () => {
    expect(after('right')).to.deep.equal(initialState);
  });

  it('sort and pause, whatever is shown, and nothing else does anything', () => {
    expect(after('w').order).to.equal('w');
    expect(after('return', 'l')).to.include({ order: 'l', openedAtLine: 0 });
    expect(after('space').isPaused).to.equal(true);
    expect(after('space', 'space').isPaused).to.equal(false);
    expect(after('x', 'f1', 'tab', '1')).to.deep.equal(initialState);
  });
});
