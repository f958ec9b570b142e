import type { Attributes } from '@opentelemetry/api';
import type { MetricData } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { hasShape } from '../../../../pipeline/exporters/prometheus/same-shape.ts';
import { shapeOf } from '../../../../pipeline/exporters/prometheus/shape.ts';
import {
  counter,
  gauge,
  histogram,
  histogramValue,
  point,
  resourceMetrics,
  upDownCounter,
} from '../../../fixtures/metrics.ts';

const collected = (...metrics: readonly MetricData[]) => resourceMetrics({ host: 'a' }, { scope: metrics });
const sameShape = (a: MetricData, b: MetricData) => hasShape(collected(b), shapeOf(collected(a)));
const withAttributes = (attributes: Attributes) => counter({ name: 'c' }, point(1, attributes));
const startTime: [number, number] = [1, 2];

describe('the shape of a collection', () => {
  it('is the same whatever the numbers, with the same objects or others of their content', () => {
    const attributes = { a: 'x', b: 1 };
    expect(sameShape(withAttributes(attributes), counter({ name: 'c' }, point(2, attributes)))).to.equal(
      true,
    );
    expect(
      sameShape(withAttributes(attributes), counter({ name: 'c' }, point(2, { ...attributes }))),
    ).to.equal(true);
    const latency = (count: number) =>
      histogram(
        { name: 'h' },
        point(histogramValue([1], [count, 0], count), {}, { startTime: [...startTime] }),
      );
    expect(sameShape(latency(1), latency(2))).to.equal(true);
  });

  it('is another with other labels, or the same ones in another order', () => {
    for (const attributes of [{ a: 'x' }, { a: 'x', b: 2 }, { b: 1, a: 'x' }, { a: 'x', c: 1 }]) {
      expect(sameShape(withAttributes({ a: 'x', b: 1 }), withAttributes(attributes))).to.equal(false);
    }
  });

  it('is another where lists are other objects: that is asked at every scrape, and must be cheap', () => {
    expect(sameShape(withAttributes({ a: ['x'] }), withAttributes({ a: ['x'] }))).to.equal(false);
  });

  it('is another where a series began anew; a gauge does not show when it began', () => {
    const value = point(1, {}, { startTime });
    expect(sameShape(counter({ name: 'c' }, point(1)), counter({ name: 'c' }, value))).to.equal(false);
    expect(sameShape(gauge({ name: 'c' }, point(1)), gauge({ name: 'c' }, value))).to.equal(true);
  });

  it('is another with another type, name, unit or description', () => {
    const metric = counter({ name: 'c', unit: 's', description: 'd' }, point(1));
    for (const other of [
      gauge({ name: 'c', unit: 's', description: 'd' }, point(1)),
      upDownCounter({ name: 'c', unit: 's', description: 'd' }, point(1)),
      counter({ name: 'x', unit: 's', description: 'd' }, point(1)),
      counter({ name: 'c', unit: 'x', description: 'd' }, point(1)),
      counter({ name: 'c', unit: 's', description: 'x' }, point(1)),
    ]) {
      expect(sameShape(metric, other)).to.equal(false);
    }
  });

  it('is another with more points, fewer metrics, or another resource', () => {
    const one = counter({ name: 'c' }, point(1));
    const shape = shapeOf(collected(one));
    expect(hasShape(collected(counter({ name: 'c' }, point(1), point(2))), shape)).to.equal(false);
    expect(hasShape(collected(one, one), shape)).to.equal(false);
    expect(hasShape(collected(), shape)).to.equal(false);
    expect(hasShape(resourceMetrics({ host: 'b' }, { scope: [one] }), shape)).to.equal(false);
    expect(hasShape(resourceMetrics({ host: 'a' }, { scope: [one] }), shape)).to.equal(true);
  });
});
