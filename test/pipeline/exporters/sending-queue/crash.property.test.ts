import { expect } from 'chai';
import fc from 'fast-check';
import { createCrashWorld, limits, type Happening } from './crash-world.ts';

const day = 24 * 3_600_000;
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('enqueue' as const),
      bodyBytes: fc.constantFrom(10, 1000, 20_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('backend' as const),
      does: fc.constantFrom(
        'take' as const,
        'fail' as const,
        'fail' as const,
        'refuse' as const,
        'ask for patience' as const,
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('time passes' as const),
      ms: fc.constantFrom(1000, 10_000, 60_000, 700_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('clock is set' as const),
      ms: fc.constantFrom(-day, -1000, 1000, day),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('disk has' as const),
      bytes: fc.constantFrom(0, 2000, 30_000, Infinity, Infinity),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('disk fails' as const),
      to: fc.constantFrom('create' as const, 'nothing' as const, 'nothing' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('dies' as const),
      afterOperations: fc.nat({ max: 8 }),
      done: fc.double({ min: 0, max: 1, noNaN: true }),
      machine: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'restarts' as const }) },
);

/** Delivered and not yet removed when the process dies, and too old for the next one: a drop that was none. */
const confirmedAndTooOld: Happening[] = [
  { kind: 'backend', does: 'fail' },
  { kind: 'enqueue', bodyBytes: 10 },
  { kind: 'enqueue', bodyBytes: 10 },
  { kind: 'dies', afterOperations: 0, done: 0, machine: true },
  { kind: 'clock is set', ms: day },
  { kind: 'dies', afterOperations: 4, done: 0, machine: false },
];

describe('a queue on disk, whatever happens to process, disk, clock and backend', () => {
  it('delivers in order, at most once after a confirmation, and loses nothing that it does not count', async () => {
    let deaths = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 40, size: 'max' }), async (happenings) => {
        const world = createCrashWorld();
        for (const each of happenings) {
          await world.happen(each);
          expect(world.violations).to.deep.equal([]);
          expect(world.bytesOnDisk()).to.be.at.most(limits.max_bytes + 21_000 * 11);
        }
        await world.recover();
        deaths += world.deaths();
        expect(world.violations).to.deep.equal([]);
        expect([...world.outstanding]).to.deep.equal([]);
        expect(world.filesLeft()).to.equal(0);
        expect(world.repeats()).to.be.at.most(world.deaths());
      }),
      { numRuns: 300, examples: [[confirmedAndTooOld]] },
    );
    expect(deaths).to.be.greaterThan(100);
  });
});
