import { expect } from 'chai';
import { createBeat } from '../../../../pipeline/cli/stats/beat.ts';

describe('the beat of intervals', () => {
  const { signal } = new AbortController();

  /** What is slept, with what passes beside each sleep. */
  async function sleeps(...passes: readonly number[]): Promise<number[]> {
    let nowMs = 10_000;
    const slept: number[] = [];
    const next = createBeat(1_000, {
      now: () => nowMs,
      sleep: async (ms) => {
        slept.push(ms);
        nowMs += ms;
      },
      signal,
    });
    for (const pass of passes) {
      nowMs += pass;
      await next();
    }
    return slept;
  }

  it('does not drift, however long what is between takes', async () => {
    expect(await sleeps(0, 100, 250, 0)).to.deep.equal([1_000, 900, 750, 1_000]);
  });

  it('leaves out what passed while the process was stopped, instead of intervals of no length', async () => {
    expect(await sleeps(0, 60_400, 0, 0)).to.deep.equal([1_000, 600, 1_000, 1_000]);
  });

  it('waits no longer where the clock is set back', async () => {
    expect(await sleeps(0, -3_600_000, 0)).to.deep.equal([1_000, 1_000, 1_000]);
  });
});
