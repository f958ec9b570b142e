import { expect } from 'chai';
import fc from 'fast-check';
import type { Collection } from '../../../../pipeline/collection.ts';
import { type NamingId, namingIds } from '../../../../pipeline/exporters/prometheus/config.ts';
import {
  type ExpositionFormat,
  openMetricsFormat,
  textFormat,
} from '../../../../pipeline/exporters/prometheus/exposition-format.ts';
import { createPageContent } from '../../../../pipeline/exporters/prometheus/families.ts';
import { createPageRenderer } from '../../../../pipeline/exporters/prometheus/rendered-page.ts';
import { deviceStatistics, type VolumeFixture } from '../../../fixtures/metrics.ts';
import { collectionOf, createCollections } from '../../../fixtures/collections.ts';
import { metricsAt, nodeSteps } from './changing-nodes.ts';
import { failed, fresh, nodeWith, throttled, wholeNode } from './node-of-volumes.ts';
import { formats, render as renderAlone } from './render.ts';
import { oneCollection } from './served.ts';

/** A renderer, and how often it had to make a page from the families up. */
function countingRenderer(namings: readonly NamingId[] = ['ebs']) {
  const content = createPageContent(namings);
  let anew = 0;
  const render = createPageRenderer((layout) => {
    anew += 1;
    return content(layout);
  });
  return { render, anew: () => anew };
}

const collections = createCollections();
const collectionWith = (...volumes: readonly VolumeFixture[]): Collection =>
  collections(nodeWith(...volumes));
const readOps = (readOperations: number): VolumeFixture => ({
  ...throttled,
  read: { ...throttled.read, statistics: deviceStatistics({ readOperations }) },
});

describe('rendering a collection', () => {
  it('happens once for each format, however many ask, and is compressed once', async () => {
    const { render, anew } = countingRenderer();
    const pages = [1, 2, 3].map(() => render(oneCollection, textFormat));
    expect(anew()).to.equal(1);
    expect(new Set(pages).size).to.equal(1);
    expect(new Set(await Promise.all(pages.map((page) => page.gzipped()))).size).to.equal(1);
    render(oneCollection, openMetricsFormat);
    expect(anew()).to.equal(2);
  });

  it('happens anew for another collection, and gives the same bytes for the same metrics', () => {
    const { render } = countingRenderer();
    const first = render(oneCollection, textFormat);
    const second = render(collectionOf(wholeNode), textFormat);
    expect(second).not.to.equal(first);
    expect(second.body.equals(first.body)).to.equal(true);
  });

  it('gives the page of an older collection still, when it is asked for late', () => {
    const { render } = countingRenderer();
    const older = [1, 20, 300].map((operations) => collectionWith(readOps(operations)));
    for (const collection of [...older, ...older]) {
      const page = render(collection, textFormat).body.toString('utf8');
      expect(page).to.equal(renderAlone(collection.resourceMetrics, ['ebs']));
    }
  });

  it('makes the page of the one before, unless more than numbers changed', () => {
    const { render, anew } = countingRenderer(namingIds);
    const asked = (collection: Collection) => {
      render(collection, textFormat);
      return anew();
    };
    expect(asked(collectionWith(readOps(1), fresh))).to.equal(1);
    expect(asked(collectionWith(readOps(1_000), fresh))).to.equal(1);
    expect(asked(collectionWith(readOps(1_000), fresh, failed))).to.equal(2);
    expect(asked(collectionWith(readOps(1_001), fresh, failed))).to.equal(2);
    expect(asked(collectionWith(fresh, readOps(1_001), failed)), 'in another order').to.equal(3);
    expect(asked(collectionWith(fresh, failed))).to.equal(4);
    const startTime = [1795231000, 0] as [number, number];
    expect(asked(collectionWith({ ...fresh, startTime }, failed)), 'attached anew').to.equal(5);
    expect(
      asked(collectionWith({ ...fresh, startTime }, { ...failed, read: { error: 'io_error' } })),
    ).to.equal(6);
  });

  for (const namings of [...namingIds.map((id) => [id]), [...namingIds]]) {
    it(`gives the page that it would without one before it: ${namings.join(', ')}`, () => {
      fc.assert(
        fc.property(nodeSteps, (steps) => {
          const { render } = countingRenderer(namings);
          const next = createCollections();
          for (const step of steps) {
            const metrics = metricsAt(step);
            const collection = next(metrics);
            for (const dialect of ['text', 'openmetrics'] as const) {
              const page = render(collection, formats[dialect]).body.toString('utf8');
              expect(page).to.equal(renderAlone(metrics, namings, dialect));
            }
          }
        }),
        { numRuns: 60 },
      );
    });
  }

  it('leaves pages alone that somebody holds', () => {
    fc.assert(
      fc.property(nodeSteps, fc.infiniteStream(fc.boolean()), (steps, choices) => {
        const { render } = countingRenderer();
        const next = createCollections();
        const held: { body: Buffer; expected: string; release: () => void }[] = [];
        for (const step of steps) {
          const page = render(next(metricsAt(step)), textFormat);
          if (choices.next().value === true) {
            held.push({ body: page.body, expected: page.body.toString('utf8'), release: page.hold() });
          }
          if (held.length > 2) held.shift()?.release();
          for (const { body, expected } of held) expect(body.toString('utf8')).to.equal(expected);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('forgets a format that nobody asked for through many pages, and knows it again when somebody does', () => {
    const { render, anew } = countingRenderer();
    const next = (format: ExpositionFormat) => render(collectionWith(readOps(1)), format);
    next(openMetricsFormat);
    for (let i = 0; i < 10; i++) next(textFormat);
    next(openMetricsFormat);
    expect(anew()).to.equal(2);
    for (let i = 0; i < 30; i++) next(textFormat);
    expect(next(openMetricsFormat).body.toString('utf8')).to.equal(
      renderAlone(nodeWith(readOps(1)), ['ebs'], 'openmetrics'),
    );
    expect(anew()).to.equal(3);
  });
});
