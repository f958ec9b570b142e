import type { Attributes } from '@opentelemetry/api';
import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import {
  counter,
  gauge,
  histogram,
  histogramValue,
  point,
  resourceMetrics,
  upDownCounter,
} from '../../../../fixtures/metrics.ts';

/** Anything that a pipeline may carry: scopes and metrics without a point too, and points of very different sizes. */

const attributes: fc.Arbitrary<Attributes> = fc.dictionary(
  fc.stringMatching(/^[a-z.]{1,8}$/),
  fc.oneof(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer(), fc.boolean()),
  { maxKeys: 4, noNullPrototype: true },
);
const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const histogramOf = fc.array(fc.nat(), { minLength: 1, maxLength: 40 }).map((counts) =>
  histogramValue(
    counts.slice(1).map((_, index) => index / 8),
    counts,
    0.5,
  ),
);
const points = <Value>(of: fc.Arbitrary<Value>) =>
  fc.array(
    fc.tuple(of, attributes).map(([value, its]) => point(value, its)),
    { maxLength: 6 },
  );
const described = fc.record({
  name: fc.stringMatching(/^[a-z.]{1,12}$/),
  unit: fc.constantFrom('', 's', 'By'),
  description: fc.string({ unit: 'grapheme', maxLength: 60 }),
});
const metric: fc.Arbitrary<MetricData> = fc.oneof(
  fc.tuple(described, points(number)).map(([its, list]) => gauge(its, ...list)),
  fc.tuple(described, points(number)).map(([its, list]) => counter(its, ...list)),
  fc.tuple(described, points(number)).map(([its, list]) => upDownCounter(its, ...list)),
  fc.tuple(described, points(histogramOf)).map(([its, list]) => histogram(its, ...list)),
);

export const anyMetrics: fc.Arbitrary<ResourceMetrics> = fc
  .tuple(attributes, fc.dictionary(fc.stringMatching(/^[a-z/]{1,10}$/), fc.array(metric, { maxLength: 5 })))
  .map(([resource, scopes]) => resourceMetrics(resource, scopes));
