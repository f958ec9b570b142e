import { expect } from 'chai';
import { createVerificationQueue } from '../../../../../pipeline/exporters/prometheus/endpoint/verification-queue.ts';
import { createManualClock } from '../../../../fixtures/manual-clock.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the queue of verifications', () => {
  /** A queue whose verifications take 100 ms each and say what they are told to. */
  function queueOf() {
    const clock = createManualClock();
    const queue = createVerificationQueue(clock);
    const ran: string[] = [];
    const ask = (group: string, right = false) =>
      queue.verify(group, async () => {
        ran.push(group);
        clock.advance(100);
        return right;
      });
    const pass = async (ms: number) => {
      await settled();
      clock.advance(ms);
      await settled();
    };
    return { ask, ran, pass, clock, queue };
  }

  it('gives back what the verification said', async () => {
    const { ask, pass } = queueOf();
    const right = ask('a', true);
    await pass(0);
    expect(await right).to.equal(true);
    expect(await ask('a', false)).to.equal(false);
  });

  it('rests after a wrong password, three times as long as it took', async () => {
    const { ask, ran, pass } = queueOf();
    void ask('a');
    void ask('b');
    await pass(299);
    expect(ran).to.deep.equal(['a']);
    await pass(1);
    expect(ran).to.deep.equal(['a', 'b']);
  });

  it('does not rest after a right one', async () => {
    const { ask, ran, pass } = queueOf();
    void ask('a', true);
    void ask('b', true);
    await pass(0);
    expect(ran).to.deep.equal(['a', 'b']);
  });

  it('has one of each group waiting, so that a scraper is next whoever tries passwords beside it', async () => {
    const { ask, ran, pass } = queueOf();
    void ask('attacker');
    void ask('attacker');
    expect([ask('attacker'), ask('attacker')]).to.deep.equal([undefined, undefined]);
    void ask('scraper', true);
    await pass(300);
    await pass(300);
    expect(ran).to.deep.equal(['attacker', 'attacker', 'scraper']);
  });

  it('has 16 waiting at most', () => {
    const { ask } = queueOf();
    const taken = Array.from({ length: 40 }, (_, number) => ask(`group ${number}`)).filter(
      (verification) => verification !== undefined,
    );
    // One of them is at work.
    expect(taken).to.have.length(17);
  });

  it('lets nobody in where the verification fails, and goes on', async () => {
    const { queue, ask, pass } = queueOf();
    expect(await queue.verify('a', () => Promise.reject(new Error('no bcrypt here')))).to.equal(false);
    await pass(300);
    const next = ask('a', true);
    await pass(0);
    expect(await next).to.equal(true);
  });
});
