import type { Attributes } from '@opentelemetry/api';
import type { MetricData, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import fc from 'fast-check';
import { metricsOf } from '../../receiver/columns.ts';
import { createLayOut } from '../../receiver/lay-out.ts';
import {
  counter,
  endTime,
  gauge,
  histogram,
  histogramValue,
  point,
  upDownCounter,
} from '../fixtures/metrics.ts';

const collected = (...metrics: readonly MetricData[]): ScopeMetrics[] => [
  { scope: { name: 'scope' }, metrics: [...metrics] },
];
/** Whether what comes second has the layout of what came first. */
const isSame = (a: readonly ScopeMetrics[], b: readonly ScopeMetrics[], options = {}): boolean => {
  const layOut = createLayOut(options);
  return layOut(a).layout === layOut(b).layout;
};
const sameLayout = (a: MetricData, b: MetricData) => isSame(collected(a), collected(b));
const withAttributes = (attributes: Attributes) => counter({ name: 'c' }, point(1, attributes));
const startTime: [number, number] = [1, 2];

describe('the layout of a collection', () => {
  it('is the same object whatever the numbers, with the same objects or others of their content', () => {
    const attributes = { a: 'x', b: 1 };
    const other = counter({ name: 'c' }, point(2, attributes));
    expect(sameLayout(withAttributes(attributes), other)).to.equal(true);
    const copied = counter({ name: 'c' }, point(2, { ...attributes }));
    expect(sameLayout(withAttributes(attributes), copied)).to.equal(true);
    const latency = (count: number) =>
      histogram(
        { name: 'h' },
        point(histogramValue([1], [count, 0], count), {}, { startTime: [...startTime] }),
      );
    expect(sameLayout(latency(1), latency(2))).to.equal(true);
  });

  it('is another with other labels, or the same ones in another order', () => {
    for (const attributes of [{ a: 'x' }, { a: 'x', b: 2 }, { b: 1, a: 'x' }, { a: 'x', c: 1 }]) {
      expect(sameLayout(withAttributes({ a: 'x', b: 1 }), withAttributes(attributes))).to.equal(false);
    }
  });

  it('is another where lists are other objects: that is asked at every scrape, and must be cheap', () => {
    expect(sameLayout(withAttributes({ a: ['x'] }), withAttributes({ a: ['x'] }))).to.equal(false);
  });

  it('is another where a series began anew, unless gauges are said to do so all the time', () => {
    const began = point(1, {}, { startTime });
    expect(sameLayout(counter({ name: 'c' }, point(1)), counter({ name: 'c' }, began))).to.equal(false);
    const gauges = [
      collected(gauge({ name: 'g' }, point(1))),
      collected(gauge({ name: 'g' }, began)),
    ] as const;
    expect(isSame(...gauges)).to.equal(false);
    expect(isSame(...gauges, { gaugesBeginAnew: true })).to.equal(true);
    const [laidOut] = metricsOf(createLayOut({ gaugesBeginAnew: true })(gauges[1]));
    expect(laidOut?.metrics[0]?.dataPoints[0]?.startTime).to.deep.equal([0, 0]);
  });

  it('is another with another type, name, unit, description, or other buckets', () => {
    const metric = counter({ name: 'c', unit: 's', description: 'd' }, point(1));
    for (const other of [
      gauge({ name: 'c', unit: 's', description: 'd' }, point(1)),
      upDownCounter({ name: 'c', unit: 's', description: 'd' }, point(1)),
      counter({ name: 'x', unit: 's', description: 'd' }, point(1)),
      counter({ name: 'c', unit: 'x', description: 'd' }, point(1)),
      counter({ name: 'c', unit: 's', description: 'x' }, point(1)),
    ]) {
      expect(sameLayout(metric, other)).to.equal(false);
    }
    const latency = (bounds: number[], sum?: number) =>
      histogram({ name: 'h' }, point(histogramValue(bounds, [0, ...bounds], sum)));
    expect(sameLayout(latency([1]), latency([2]))).to.equal(false);
    expect(sameLayout(latency([1]), latency([1, 2]))).to.equal(false);
    expect(sameLayout(latency([1]), latency([1], 3))).to.equal(false);
  });

  it('is another with more points, fewer metrics, or another scope', () => {
    const one = counter({ name: 'c' }, point(1));
    expect(isSame(collected(one), collected(counter({ name: 'c' }, point(1), point(2))))).to.equal(false);
    expect(isSame(collected(one), collected(one, one))).to.equal(false);
    expect(isSame(collected(one), collected())).to.equal(false);
    expect(isSame(collected(one), [{ scope: { name: 'other' }, metrics: [one] }])).to.equal(false);
    expect(isSame(collected(one), collected(one))).to.equal(true);
  });

  it('gives with its values what was collected', () => {
    const number = fc.double({ noNaN: true });
    const buckets = fc.array(fc.nat(), { minLength: 1, maxLength: 5 }).chain((counts) =>
      fc.option(number, { nil: undefined }).map((sum) =>
        histogramValue(
          counts.slice(1).map((_, i) => i),
          counts,
          sum,
        ),
      ),
    );
    const withExtremes = fc
      .tuple(buckets, fc.boolean(), number, number)
      .map(([value, has, min, max]) => (has ? { ...value, min, max } : value));
    const points = <Value>(value: fc.Arbitrary<Value>) =>
      fc.array(
        fc.tuple(value, fc.dictionary(fc.string(), fc.string())).map(([each, of]) => point(each, of)),
        { maxLength: 4 },
      );
    const metric = fc.oneof(
      points(number).map((of) => counter({ name: 'c' }, ...of)),
      points(number).map((of) => upDownCounter({ name: 'u' }, ...of)),
      points(number).map((of) => gauge({ name: 'g' }, ...of)),
      points(withExtremes).map((of) => histogram({ name: 'h' }, ...of)),
    );
    fc.assert(
      fc.property(fc.array(fc.array(metric, { maxLength: 4 }), { maxLength: 3 }), (collections) => {
        const layOut = createLayOut();
        for (const metrics of collections) {
          const scopes = collected(...metrics);
          expect(metricsOf(layOut(scopes))).to.deep.equal(scopes);
        }
      }),
    );
    expect(metricsOf(createLayOut()(collected(gauge({ name: 'g' }, point(1)))))[0]?.metrics[0]?.dataPoints[0])
      .to.have.property('endTime')
      .that.deep.equals(endTime);
  });
});
