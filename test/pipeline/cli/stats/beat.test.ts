import { expect } from 'chai';
import { createBeat } from '../../../../pipeline/cli/stats/beat.ts';

describe('the beat of intervals', () => {
  const { signal } = new AbortController();

  /** What is slept, where so much passes before each sleep, and so much more than was asked for in it. */
  async function sleeps(
    ...passes: readonly (readonly [before: number, longer?: number])[]
  ): Promise<number[]> {
    let nowMs = 10_000;
    const slept: number[] = [];
    let longer = 0;
    const next = createBeat(1_000, {
      monotonicNow: () => nowMs,
      sleep: async (ms) => {
        slept.push(ms);
        nowMs += ms + longer;
      },
      signal,
    });
    for (const [before, inSleep = 0] of passes) {
      nowMs += before;
      longer = inSleep;
      await next();
    }
    return slept;
  }

  it('does not drift, however long what is between takes', async () => {
    expect(await sleeps([0], [100], [250], [0, 60], [0])).to.deep.equal([1_000, 900, 750, 1_000, 940]);
  });

  it('leaves out what passes while a reading takes longer than an interval', async () => {
    expect(await sleeps([0], [2_400], [0])).to.deep.equal([1_000, 600, 1_000]);
  });

  it('makes no interval of a moment after the process stood still', async () => {
    expect(await sleeps([0], [0, 990], [0], [0, 60_400], [0])).to.deep.equal([
      1_000, 1_000, 1_000, 1_000, 1_000,
    ]);
  });
});
