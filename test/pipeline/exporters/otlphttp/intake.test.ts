import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { takeInDeltas, takeInTotals } from '../../../../pipeline/exporters/otlphttp/intake.ts';
import type { NewPayload } from '../../../../pipeline/exporters/sending-queue/payload.ts';
import type { KeptState } from '../../../../pipeline/exporters/temporality/kept-state.ts';
import { createDeltaConverter } from '../../../../pipeline/exporters/temporality/delta-converter.ts';
import { at } from '../temporality/world.ts';
import { collection, reading } from '../temporality/converting.ts';

/** The steps that are taken, in order. */
function stepsOf({ announces = true, isOpen = true } = {}) {
  const steps: string[] = [];
  const say = (step: string) => async (): Promise<void> => void steps.push(step);
  const parts = {
    make: async ({ scopeMetrics }: ResourceMetrics) => {
      const values = scopeMetrics
        .flatMap(({ metrics }) => metrics)
        .flatMap(({ dataPoints }) => dataPoints.map(({ value }) => JSON.stringify(value)));
      steps.push(`make ${values.join()}`);
      return [
        { body: Buffer.from(''), contentType: 'a/b', contentEncoding: undefined, dataPoints: values.length },
      ];
    },
    queue: {
      enqueue: (payloads: readonly NewPayload[], held = false) =>
        say(`enqueue ${payloads.length}${held ? ', held' : ''}`)(),
      release: () => void steps.push('release'),
    },
    isOpen: () => isOpen,
  };
  const state: KeptState = {
    announce: async (_state, ids) => {
      steps.push(`announce ${ids.length}`);
      return announces;
    },
    confirm: say('confirm'),
  };
  const converter = createDeltaConverter({ since: at(0), bootId: 'boot' });
  return { steps, parts, state, converter };
}

describe('what is collected, on its way into the queue', () => {
  it('goes there as it is where totals are pushed', async () => {
    const { steps, parts } = stepsOf();
    const takeIn = takeInTotals(parts);
    expect(await takeIn(collection(reading(5, at(110))))).to.equal(true);
    await takeIn(collection(reading(7, at(120))));
    expect(steps).to.deep.equal(['make 5', 'enqueue 1', 'make 7', 'enqueue 1']);
  });

  it('is what was added where deltas are pushed', async () => {
    const { steps, parts, converter } = stepsOf();
    const takeIn = takeInDeltas(parts, converter, undefined);
    expect(await takeIn(collection(reading(5, at(110))))).to.equal(true);
    await takeIn(collection(reading(7, at(120))));
    expect(steps).to.deep.equal(['make 5', 'enqueue 1', 'release', 'make 2', 'enqueue 1', 'release']);
  });

  it('is sent only when the disk knows that it was taken over', async () => {
    const { steps, parts, converter, state } = stepsOf();
    await takeInDeltas(parts, converter, state)(collection(reading(5, at(110))));
    expect(steps).to.deep.equal(['make 5', 'announce 1', 'enqueue 1, held', 'confirm', 'release']);
  });

  it('does not wait for a disk that keeps nothing', async () => {
    const { steps, parts, converter, state } = stepsOf({ announces: false });
    await takeInDeltas(parts, converter, state)(collection(reading(5, at(110))));
    expect(steps).to.deep.equal(['make 5', 'announce 1', 'enqueue 1', 'release']);
  });

  it('is left to whoever comes next where the queue is closed', async () => {
    const { steps, parts, converter, state } = stepsOf({ isOpen: false });
    for (const takeIn of [takeInTotals(parts), takeInDeltas(parts, converter, state)])
      expect(await takeIn(collection(reading(5, at(110))))).to.equal(false);
    expect(steps).to.deep.equal(['make 5', 'make 5']);
    const next = stepsOf();
    await takeInDeltas(next.parts, converter, undefined)(collection(reading(7, at(120))));
    expect(next.steps[0]).to.equal('make 7');
  });

  it('is owed where it could not be made', async () => {
    const { steps, parts, converter } = stepsOf();
    const broken = { ...parts, make: () => Promise.reject(new Error('no memory')) };
    await takeInDeltas(
      broken,
      converter,
      undefined,
    )(collection(reading(5, at(110)))).catch(() => steps.push('it broke'));
    await takeInDeltas(parts, converter, undefined)(collection(reading(7, at(120))));
    expect(steps.slice(0, 2)).to.deep.equal(['it broke', 'make 7']);
  });
});
