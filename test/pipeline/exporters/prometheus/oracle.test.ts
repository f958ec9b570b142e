import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import type { Attributes } from '@opentelemetry/api';
import type { MetricData } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  counter,
  gauge,
  histogram,
  histogramValue,
  point,
  resourceMetrics,
  upDownCounter,
} from '../../../fixtures/metrics.ts';
import { parseSample } from '../../../fixtures/page-parser.ts';
import { render } from './render.ts';

/**
 * The SDK's own serializer as the oracle. Documented differences, kept out of what is compared: it adds no units to
 * names (metrics have none here), spells bounds as JavaScript does (compared as numbers), adds labels of the scope
 * (switched off there), and puts blank lines between families and the count before the buckets (compared as a set).
 */
const oracle = new PrometheusSerializer(undefined, false, undefined, false, true);

const attributeName = fc.stringMatching(/^[a-z]{1,6}(\.[a-z]{1,6})?$/).filter((name) => name !== 'le');
const attributes: fc.Arbitrary<Attributes> = fc.dictionary(
  attributeName,
  fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.integer(),
    fc.boolean(),
    fc.array(fc.string(), { maxLength: 3 }),
  ),
  { maxKeys: 4, noNullPrototype: true },
);
const value = fc.oneof(fc.integer(), fc.double());
const bounds = fc
  .uniqueArray(fc.double({ min: 1e-9, max: 1e12, noNaN: true }), { maxLength: 10 })
  .map((list) => list.toSorted((a, b) => a - b));
const histogramPoint = bounds.chain((list) =>
  fc
    .tuple(
      fc.array(fc.nat(), { minLength: list.length + 1, maxLength: list.length + 1 }),
      fc.option(fc.double({ min: 0, noNaN: true }), { nil: undefined }),
    )
    .map(([counts, sum]) => histogramValue(list, counts, sum)),
);
const points = <Value>(of: fc.Arbitrary<Value>) =>
  fc
    .uniqueArray(fc.tuple(attributes, of), { maxLength: 5, selector: ([each]) => JSON.stringify(each) })
    .map((list) => list.map(([each, its]) => point(its, each)));
const description = fc.string({ unit: 'grapheme', minLength: 1 });

const metric = (name: string): fc.Arbitrary<MetricData> =>
  fc.oneof(
    fc.tuple(points(value), description).map(([list, text]) => gauge({ name, description: text }, ...list)),
    fc
      .tuple(points(value), description)
      .map(([list, text]) => upDownCounter({ name, description: text }, ...list)),
    fc.tuple(points(value), description).map(([list, text]) => counter({ name, description: text }, ...list)),
    fc
      .tuple(points(histogramPoint), description)
      .map(([list, text]) => histogram({ name, description: text }, ...list)),
  );

function samples(page: string): readonly string[] {
  return page
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const { name, labels, value: its } = parseSample(line);
      const bound = labels.get('le');
      const shown = new Map(labels);
      if (bound !== undefined) shown.set('le', String(Number(bound.replace('+Inf', 'Infinity'))));
      const pairs = Array.from(shown, (pair) => JSON.stringify(pair)).sort();
      return `${name} ${pairs.join()} ${its}`;
    })
    .sort();
}

function metadata(page: string): readonly string[] {
  return page
    .split('\n')
    .filter((line) => /^# (TYPE|HELP) (?!target_info)/.test(line))
    .sort();
}

describe("the page and the SDK's serializer", () => {
  it('agree on every sample, label and value', () => {
    fc.assert(
      fc.property(attributes, metric('first.metric'), metric('second'), (resource, ...metrics) => {
        const all = resourceMetrics(resource, { scope: metrics });
        const [ours, theirs] = [render(all, ['otel']), oracle.serialize(all)];
        const expected = samples(theirs).filter((line) => line !== 'target_info  1');
        expect(samples(ours)).to.deep.equal(expected);
        const named = new Set(metadata(ours));
        for (const line of metadata(theirs)) expect(named).to.include(line);
      }),
    );
  });
});
