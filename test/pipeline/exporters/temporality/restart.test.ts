import { expect } from 'chai';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { createDeltaConverter } from '../../../../pipeline/exporters/temporality/delta-converter.ts';
import {
  readState,
  writeState,
  type SavedState,
} from '../../../../pipeline/exporters/temporality/saved-state.ts';
import { counter, histogram, histogramValue, point, resourceMetrics } from '../../../fixtures/metrics.ts';
import { at, volumeAttributes } from './world.ts';

interface Read {
  readonly operations: number;
  readonly startSecond: number;
  readonly second: number;
}

const collection = ({ operations, startSecond, second }: Read, sum?: number): ResourceMetrics => {
  const times = { startTime: at(startSecond), endTime: at(second) };
  const value = histogramValue([0.5], [operations, 0], sum);
  return resourceMetrics(
    {},
    {
      scope: [
        counter({ name: 'io' }, point(operations, volumeAttributes('vol-"a"'), times)),
        histogram({ name: 'duration' }, point(value, volumeAttributes('vol-"a"'), times)),
      ],
    },
  );
};

/** The state of a collector that ran from 100 s on and was killed after this reading was taken over. */
function stateAfter(...readings: readonly Read[]): SavedState {
  const converter = createDeltaConverter({ since: at(100), bootId: 'boot-1' });
  let state: SavedState | undefined;
  for (const read of readings) {
    const delta = converter.compute(collection(read));
    state = delta.stateAfter();
    delta.commit();
  }
  return readState(writeState(state!))!;
}

/** What one that starts at 200 s sends first. */
function firstAfter(restored: SavedState | undefined, read: Read, bootId = 'boot-1'): number[] {
  const { metrics } = createDeltaConverter({ since: at(200), bootId, restored }).compute(collection(read));
  return metrics.scopeMetrics
    .flatMap((scope) => scope.metrics)
    .flatMap(({ dataPoints }) =>
      dataPoints.map(({ value }) => (typeof value === 'number' ? value : value.count)),
    );
}

describe('after a restart', () => {
  const known: Read = { operations: 50, startSecond: 10, second: 110 };

  it('nothing is sent at first where nobody knows what was', () => {
    expect(firstAfter(undefined, { ...known, second: 210 })).to.deep.equal([]);
  });

  it('what was added meanwhile is sent where the state was kept', () => {
    const now = { operations: 57, startSecond: 10, second: 210 };
    expect(firstAfter(stateAfter(known), now)).to.deep.equal([7, 7]);
  });

  it('a volume that was attached anew meanwhile is sent whole', () => {
    const now = { operations: 57, startSecond: 150, second: 210 };
    expect(firstAfter(stateAfter(known), now)).to.deep.equal([57, 57]);
  });

  it('a volume that was attached while no collector ran is sent whole', () => {
    const { sums, histograms, ...rest } = stateAfter(known);
    expect(sums).to.have.length(1);
    expect(histograms).to.have.length(1);
    const unknown = { ...rest, sums: [], histograms: [] };
    const now = { operations: 57, startSecond: 150, second: 210 };
    expect(firstAfter(unknown, now)).to.deep.equal([57, 57]);
  });

  it('and another boot, device nodes are new and counters may go on: their values decide', () => {
    const state = stateAfter(known);
    const bootedAt = 190;
    const now = { operations: 57, startSecond: bootedAt, second: 210 };
    expect(firstAfter(state, now, 'boot-2')).to.deep.equal([7, 7]);
    expect(firstAfter(state, { ...now, operations: 5 }, 'boot-2')).to.deep.equal([5, 5]);
    // What starts while this process looks on did start.
    expect(firstAfter(state, { ...now, startSecond: 205 }, 'boot-2')).to.deep.equal([57, 57]);
    const unknown = { ...state, sums: [], histograms: [] };
    expect(firstAfter(unknown, now, 'boot-2')).to.deep.equal([]);
  });

  it('it goes on from what was taken over last, and not from what was seen', () => {
    const converter = createDeltaConverter({ since: at(100), bootId: 'boot-1' });
    const first = converter.compute(collection(known));
    const state = first.stateAfter();
    first.commit();
    converter.compute(collection({ ...known, operations: 55, second: 120 }));
    const now = { operations: 57, startSecond: 10, second: 210 };
    expect(firstAfter(state, now)).to.deep.equal([7, 7]);
  });

  it('a state holds what a delta that is taken over made of it, and what is missing', () => {
    const converter = createDeltaConverter({ since: at(100), bootId: 'boot-1' });
    converter.compute(collection(known)).commit();
    converter.compute(collection({ ...known, operations: 55, second: 120 }));
    const gone = converter.compute(resourceMetrics({}, {}));
    const [sum] = gone.stateAfter().sums;
    expect(sum?.position).to.deep.equal({
      startTime: at(10),
      takenOverAt: at(120),
      seen: 55,
      owed: undefined,
    });
  });
});

describe('a saved state', () => {
  const state = stateAfter({ operations: 1.5, startSecond: 10, second: 110 });
  const text = writeState(state);

  it('is read as it was written', () => {
    expect(readState(text)).to.deep.equal(state);
    const converter = createDeltaConverter({ since: [1, 5], bootId: '' });
    const empty = converter.compute(resourceMetrics({}, {})).stateAfter();
    expect(readState(writeState(empty))).to.deep.equal(empty);
    const withSum = converter
      .compute(collection({ operations: 2, startSecond: 2, second: 3 }, 0.1 + 0.2))
      .stateAfter();
    expect(readState(writeState(withSum))).to.deep.equal(withSum);
  });

  it('is a line for each series, under one that says how many', () => {
    expect(text).to.equal(
      [
        '{"temporality":1,"bootId":"boot-1","nothingSentAfter":[100,0],"series":2}',
        String.raw`["scope io","[[\"aws.ebs.volume.id\",\"vol-\\\"a\\\"\"],[\"system.device.name\",\"nvme-vol-\\\"a\\\"\"]]",10,0,110,0,1.5]`,
        String.raw`["scope duration","[[\"aws.ebs.volume.id\",\"vol-\\\"a\\\"\"],[\"system.device.name\",\"nvme-vol-\\\"a\\\"\"]]",10,0,110,0,[1.5,null,[0.5],[1.5,0]]]`,
        '',
      ].join('\n'),
    );
  });

  it('is refused where a part of it is missing, wherever it was torn', () => {
    for (let length = 0; length < text.length; length++) {
      expect(readState(text.slice(0, length)), `${length} characters`).to.equal(undefined);
    }
  });

  for (const [what, from, to] of [
    ['of another format', '"temporality":1', '"temporality":2'],
    ['without a boot', '"bootId":"boot-1"', '"bootId":1'],
    ['without a moment', '[100,0]', '[100,"0"]'],
    ['with half a moment', '[100,0]', '[100]'],
    ['that counts other series', '"series":2', '"series":3'],
    ['with a line too many', '"series":2', '"series":1'],
    ['with something after its end', /\n$/, '\n?'],
    ['with a header that is no object', /^.*/, '1'],
    ['with a header that is null', /^.*/, 'null'],
    ['with a metric that has no name', '"scope io"', '1'],
    ['with a series that has no key', /"\[\[.*?\]\]"/, '1'],
    ['with a time that is none', ',110,0,1.5]', ',110,"0",1.5]'],
    ['with a value too many', ',1.5]\n', ',1.5,1.5]\n'],
    ['with a value that is none', ',1.5]\n', ',"1.5"]\n'],
    ['with a line that is no series', /\n\["scope io".*\n/, '\n1\n'],
    ['with a histogram that has too few buckets', '[1.5,0]', '[1.5]'],
    ['with buckets that are none', '[1.5,0]', '[1.5,null]'],
    ['with bounds that are none', '[0.5]', '[null]'],
    ['with a count that is none', '[1.5,null,', '[null,null,'],
    ['with a sum that is none', '[1.5,null,', '[1.5,"1",'],
    ['with a histogram that has more than it should', '[1.5,0]]]', '[1.5,0],1]]'],
  ] as const) {
    it(`is refused ${what}`, () => {
      const changed = text.replace(from, to);
      expect(changed).not.to.equal(text);
      expect(readState(changed)).to.equal(undefined);
    });
  }
});
