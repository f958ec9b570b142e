import { expect } from 'chai';
import fc from 'fast-check';
import type { Delivery } from '../../../../pipeline/exporters/otlphttp/delivery.ts';
import { retryWithin } from '../../../../pipeline/exporters/otlphttp/retry.ts';

const failure = { errorType: '503', reason: 'HTTP 503' };
const retryable = (retryAfterMs?: number): Delivery => ({ kind: 'retryable', failure, retryAfterMs });
const delivered: Delivery = { kind: 'delivered', partialSuccess: undefined };
const permanent: Delivery = { kind: 'permanent', failure };

/** Runs the attempts in a time that passes only while it waits; the last outcome stays. */
async function run(timeoutMs: number, outcomes: readonly Delivery[], random = 0.5, attemptMs = 0) {
  let nowMs = 0;
  const startsMs: number[] = [];
  const givenMs: number[] = [];
  const outcome = await retryWithin(
    timeoutMs,
    async (ms) => {
      startsMs.push(nowMs);
      givenMs.push(ms);
      nowMs += attemptMs;
      return outcomes[Math.min(startsMs.length, outcomes.length) - 1]!;
    },
    {
      nowMs: () => nowMs,
      wait: async (delayMs) => {
        nowMs += delayMs;
      },
      random: () => random,
    },
  );
  return { outcome, startsMs, givenMs };
}

describe('a payload that is tried again', () => {
  it('is tried once where it was delivered or never will be', async () => {
    for (const final of [delivered, permanent]) {
      expect((await run(10_000, [final])).startsMs).to.deep.equal([0]);
    }
  });

  it('waits longer each time, up to 5 s', async () => {
    const { startsMs, outcome } = await run(30_000, [retryable()]);
    expect(startsMs).to.deep.equal([0, 1000, 2500, 4750, 8125, 13_125, 18_125, 23_125, 28_125]);
    expect(outcome).to.deep.equal(retryable());
  });

  it('ends with its success', async () => {
    const { startsMs, outcome } = await run(10_000, [retryable(), retryable(), delivered]);
    expect(startsMs).to.have.length(3);
    expect(outcome).to.equal(delivered);
  });

  it('waits as long as the backend asks, and not at all where that is too long', async () => {
    expect((await run(10_000, [retryable(7000), delivered])).startsMs).to.deep.equal([0, 7000]);
    expect((await run(10_000, [retryable(60_000), delivered])).startsMs).to.deep.equal([0]);
  });

  it('does not come back at once to a backend that asks for that', async () => {
    expect((await run(10_000, [retryable(0), delivered])).startsMs).to.deep.equal([0, 1000]);
  });

  it('never begins an attempt after its time, and gives none more than is left', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60_000 }),
        fc.array(fc.option(fc.nat({ max: 20_000 }), { nil: undefined }), { minLength: 1, maxLength: 8 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.nat({ max: 3000 }),
        async (timeoutMs, waits, random, attemptMs) => {
          const { startsMs, givenMs } = await run(timeoutMs, waits.map(retryable), random, attemptMs);
          expect(Math.max(...startsMs)).to.be.below(timeoutMs);
          startsMs.forEach((startMs, index) =>
            expect(startMs + givenMs[index]!).to.be.at.most(Math.max(timeoutMs, startMs + 1)),
          );
        },
      ),
    ));
});
