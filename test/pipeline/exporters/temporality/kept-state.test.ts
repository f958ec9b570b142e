import { expect } from 'chai';
import { keepState } from '../../../../pipeline/exporters/temporality/kept-state.ts';
import type { SavedState } from '../../../../pipeline/exporters/temporality/saved-state.ts';
import type { StateFile } from '../../../../pipeline/exporters/temporality/state-file.ts';
import { recordLog } from '../../../fixtures/component-context.ts';
import { at } from './world.ts';

const state: SavedState = { bootId: 'boot', nothingSentAfter: at(1), sums: [], histograms: [] };

describe('the state of deltas, on a disk that may fail', () => {
  const setUp = () => {
    const fails = new Set<keyof StateFile>();
    const calls: string[] = [];
    const call = async (name: keyof StateFile): Promise<void> => {
      calls.push(name);
      if (fails.has(name)) throw new Error('ENOSPC: no space left on device');
    };
    const { logger, lines } = recordLog();
    const kept = keepState(
      {
        announce: () => call('announce'),
        confirm: () => call('confirm'),
        forget: () => call('forget'),
      },
      logger,
    );
    const push = async (): Promise<boolean> => {
      const isAnnounced = await kept.announce(state, ['a']);
      if (isAnnounced) await kept.confirm();
      return isAnnounced;
    };
    return { fails, calls, lines, push, said: () => lines.map(({ level, msg }) => `${level}: ${msg}`) };
  };

  it('is announced and confirmed', async () => {
    const { push, calls, lines } = setUp();
    expect(await push()).to.equal(true);
    expect(calls).to.deep.equal(['announce', 'confirm']);
    expect(lines).to.deep.equal([]);
  });

  for (const step of ['announce', 'confirm'] as const) {
    it(`is forgotten where it cannot be kept up (${step}), with one line in the log, and kept again`, async () => {
      const { push, calls, fails, said } = setUp();
      fails.add(step);
      for (let turn = 0; turn < 3; turn++) expect(await push()).to.equal(step === 'confirm');
      expect(calls.filter((name) => name === 'forget')).to.have.length(3);
      fails.clear();
      await push();
      await push();
      expect(said()).to.deep.equal([
        'error: cannot keep on disk how far deltas are: they go on without',
        'info: how far deltas are is kept on disk again',
      ]);
    });
  }

  it('that cannot even be forgotten is said to be of old', async () => {
    const { push, fails, lines } = setUp();
    fails.add('announce').add('forget');
    await push();
    expect(lines[0]?.['hint']).to.include('pushes again what was pushed since');
  });
});
