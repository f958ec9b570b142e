import { expect } from 'chai';
import { watchSignals } from '../../../pipeline/cli/signals.ts';

const names = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

describe('the signals of the process', () => {
  const { exit } = process;
  let before: readonly (readonly NodeJS.SignalsListener[])[];
  let exits: unknown[];
  beforeEach(() => {
    before = names.map((name) => process.listeners(name));
    // Whoever else listens is not meant by what is emitted here.
    for (const name of names) process.removeAllListeners(name);
    exits = [];
    process.exit = ((code) => exits.push(code)) as typeof process.exit;
  });
  afterEach(() => {
    process.exit = exit;
    names.forEach((name, index) => {
      process.removeAllListeners(name);
      for (const listener of before[index] ?? []) process.on(name, listener);
    });
  });

  const send = (...signals: readonly NodeJS.Signals[]) =>
    signals.forEach((signal) => process.emit(signal, signal));
  const countReloads = (signals: ReturnType<typeof watchSignals>) => {
    const counted = { reloads: 0 };
    signals.onReload(() => (counted.reloads += 1));
    return counted;
  };

  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    it(`end it at ${name}`, async () => {
      const { ended } = watchSignals();
      send(name);
      expect(await ended).to.equal(name);
      expect(exits).to.deep.equal([]);
    });
  }

  it('do not hurry it where SIGTERM comes twice', async () => {
    const { ended } = watchSignals();
    send('SIGTERM', 'SIGTERM');
    expect(await ended).to.equal('SIGTERM');
    expect(exits).to.deep.equal([]);
  });

  it('end it at once where a person interrupts while it ends', () => {
    watchSignals();
    send('SIGTERM');
    expect(exits).to.deep.equal([]);
    send('SIGINT');
    expect(exits).to.deep.equal([3]);
  });

  it('make it reload at each SIGHUP', () => {
    const counted = countReloads(watchSignals());
    expect(counted.reloads).to.equal(0);
    send('SIGHUP', 'SIGHUP');
    expect(counted.reloads).to.equal(2);
  });

  it('make it reload once for those that came before it could', () => {
    const signals = watchSignals();
    send('SIGHUP', 'SIGHUP');
    expect(countReloads(signals).reloads).to.equal(1);
  });

  it('make it reload no more when it ends', () => {
    const counted = countReloads(watchSignals());
    send('SIGTERM', 'SIGHUP');
    expect(counted.reloads).to.equal(0);
  });
});
