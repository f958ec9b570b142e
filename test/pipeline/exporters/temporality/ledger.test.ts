import { expect } from 'chai';
import fc from 'fast-check';
import { createDeltaConverter } from '../../../../pipeline/exporters/temporality/delta-converter.ts';
import {
  readState,
  writeState,
  type SavedState,
} from '../../../../pipeline/exporters/temporality/saved-state.ts';
import { isAfter } from '../../../../pipeline/exporters/temporality/moment.ts';
import type { HrTime } from '@opentelemetry/api';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { copyShown, deliver, differences, emptyShown, ownName, show, type Shown } from './ledger.ts';
import { at, collectionOf, firstBounds, volumeAttributes, zero, type Attached } from './world.ts';

const volumes = ['vol-a', 'vol-b', 'vol-c'] as const;
const volume = fc.constantFrom(...volumes);

/** What may happen to a collector and its volumes. */
const event = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('work' as const),
      volume,
      operations: fc.nat(1_000_000),
      micros: fc.nat(2 ** 31 - 1),
      bucket: fc.nat(2),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('attach' as const), volume }) },
  fc.record({ type: fc.constant('detach' as const), volume }),
  fc.record({ type: fc.constant('rebin' as const), volume }),
  fc.record({ type: fc.constant('owned' as const), volume, pod: fc.constantFrom('p', 'q', undefined) }),
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('push' as const),
      failing: fc.subarray([...volumes]),
      takenOver: fc.boolean(),
    }),
  },
  fc.record({ type: fc.constant('restart' as const), withState: fc.boolean() }),
);
type Event = typeof event extends fc.Arbitrary<infer E> ? E : never;

/** Lives through the events, and says after each push what does not agree. */
function live(events: readonly Event[], maxMissing?: number): string[] {
  let second = 1000;
  const attached = new Map<string, Attached>();
  const rebinned = new Set<string>();
  const delivered = new Map<string, readonly number[]>();
  let shown: Shown = emptyShown();
  let sinceSecond = second;
  let own = { startSecond: second + 1, value: 0 };
  /** The books and the state of the converter when something was taken over last. */
  let saved: { readonly shown: Shown; readonly state: string } | undefined;
  const start = (restored?: SavedState) =>
    createDeltaConverter({
      since: at(second),
      bootId: 'boot',
      restored,
      ...(maxMissing === undefined ? {} : { maxMissing }),
    });
  let converter = start();
  second += 1;
  const wrong: string[] = [];

  const change = (name: string, to: (before: Attached) => Attached): void => {
    const before = attached.get(name);
    if (before !== undefined) attached.set(name, to(before));
  };

  const push = (failing: readonly string[], takenOver: boolean): void => {
    const read = [...attached].filter(([name]) => !failing.includes(name));
    own = { ...own, value: own.value + 1 };
    const metrics = collectionOf(
      read.map(([, each]) => each),
      second,
      own,
    );
    for (const [name, each] of read) show(shown, name, each, sinceSecond);
    const ownTotals = { operations: own.value, micros: 0, counts: [] };
    show(shown, ownName, { startSecond: own.startSecond, totals: ownTotals }, sinceSecond);
    const delta = converter.compute(metrics);
    wrong.push(...impossible(delta.metrics));
    if (!takenOver) return;
    saved = { shown: copyShown(shown), state: writeState(delta.stateAfter()) };
    delta.commit();
    deliver(delivered, delta.metrics);
    wrong.push(...differences(shown.books, delivered, rebinned));
  };

  const restart = (withState: boolean): void => {
    if (withState && saved !== undefined) {
      shown = copyShown(saved.shown);
      converter = start(readState(saved.state));
    } else {
      shown = { books: new Map(delivered), lastRead: new Map() };
      sinceSecond = second;
      saved = undefined;
      converter = start();
    }
    second += 1;
    own = { startSecond: second, value: 0 };
    for (const name of volumes)
      change(name, (before) => ({ ...before, attributes: { ...before.attributes } }));
  };

  for (const each of events) {
    second += 1;
    switch (each.type) {
      case 'work':
        change(each.volume, ({ totals, ...rest }) => ({
          ...rest,
          totals: {
            operations: totals.operations + each.operations,
            micros: totals.micros + each.micros,
            counts: totals.counts.map(
              (count, bucket) =>
                count + (bucket === each.bucket % totals.counts.length ? each.operations : 0),
            ),
          },
        }));
        break;
      case 'attach': {
        const attributes = volumeAttributes(each.volume);
        attached.set(each.volume, {
          startSecond: second,
          boundaries: firstBounds,
          totals: zero(firstBounds),
          attributes,
        });
        break;
      }
      case 'detach':
        attached.delete(each.volume);
        break;
      case 'rebin':
        rebinned.add(each.volume);
        // Bounds that were never there before; nobody knows what was where.
        change(each.volume, (before) => {
          const count = before.totals.counts.reduce((sum, inBucket) => sum + inBucket, 0);
          return { ...before, boundaries: [second], totals: { ...before.totals, counts: [count, 0] } };
        });
        break;
      case 'owned':
        change(each.volume, (before) => ({
          ...before,
          attributes: volumeAttributes(each.volume, each.pod),
        }));
        break;
      case 'push':
        push(each.failing, each.takenOver);
        break;
      case 'restart':
        restart(each.withState);
        break;
    }
  }
  return wrong;
}

/** Points that no counter can have. */
function impossible({ scopeMetrics }: ResourceMetrics): string[] {
  return scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .flatMap(({ descriptor, dataPoints }) =>
      dataPoints.flatMap(
        ({ startTime, endTime, value }: { startTime: HrTime; endTime: HrTime; value: unknown }) => {
          const negative = typeof value === 'number' && value < 0;
          return negative || isAfter(startTime, endTime) ? [descriptor.name] : [];
        },
      ),
    );
}

describe('the sum of the deltas', () => {
  it('is the change of the cumulative values, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60, size: 'max' }), (events) => {
        expect(live(events)).to.deep.equal([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('is never more than that, also where more series are missing than are remembered', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60, size: 'max' }), (events) => {
        expect(live(events, 0).filter((each) => !each.endsWith('too little'))).to.deep.equal([]);
      }),
      { numRuns: 300 },
    );
  });
});
