import { expect } from 'chai';
import { createInTurn, createPause, within } from '../../../../pipeline/exporters/sending-queue/waiting.ts';
import { createManualClock } from '../../../fixtures/manual-clock.ts';
import { settled } from './setup.ts';

describe('steps taken in turn', () => {
  it('do not begin before the one before has ended', async () => {
    const inTurn = createInTurn();
    const seen: string[] = [];
    const step = (name: string) => async () => {
      seen.push(`${name} begins`);
      await settled();
      seen.push(`${name} ends`);
      return name;
    };
    expect(await Promise.all([inTurn(step('a')), inTurn(step('b'))])).to.deep.equal(['a', 'b']);
    expect(seen).to.deep.equal(['a begins', 'a ends', 'b begins', 'b ends']);
  });
});

describe('a pause', () => {
  const begin = (pause: ReturnType<typeof createPause>, delayMs?: number) => {
    const state = { over: false };
    void pause.until(delayMs).then(() => (state.over = true));
    return state;
  };

  it('ends after its delay', async () => {
    const clock = createManualClock();
    const state = begin(createPause(clock.setTimer), 100);
    clock.advance(99);
    await settled();
    expect(state.over).to.equal(false);
    clock.advance(1);
    await settled();
    expect(state.over).to.equal(true);
  });

  it('ends when it is told to, and leaves no timer', async () => {
    const clock = createManualClock();
    const pause = createPause(clock.setTimer);
    const state = begin(pause, 100);
    pause.end();
    await settled();
    expect(state.over).to.equal(true);
    expect(clock.pending()).to.equal(0);
  });

  it('is over at once where it was told to end before, and not the next time', async () => {
    const pause = createPause(createManualClock().setTimer);
    pause.end();
    const first = begin(pause);
    await settled();
    const second = begin(pause);
    await settled();
    expect([first.over, second.over]).to.deep.equal([true, false]);
  });
});

describe('waiting within a time', () => {
  it('ends with the work or with the time, whichever is first', async () => {
    const clock = createManualClock();
    await within(Promise.resolve(), 1000, clock.setTimer);
    expect(clock.pending()).to.equal(0);
    const waited = within(new Promise(() => undefined), 1000, clock.setTimer);
    clock.advance(1000);
    await waited;
  });
});
