import type { Attributes } from '@opentelemetry/api';
import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { counter, gauge, histogram, histogramValue, point, resourceMetrics } from '../../fixtures/metrics.ts';

/** Small alphabets: what matters is that names meet. */
export const keys = ['a', 'b', 'aws.ebs.volume.id', 'system.device.name'] as const;
const values = ['x', 'y', 'vol-1', 'nvme1n1'] as const;
export const metricNames = ['aws.ebs.volume.io', 'aws.ebs.volume.up', 'ebs.collector.volumes'] as const;

export const arbitraryAttributes: fc.Arbitrary<Attributes> = fc.dictionary(
  fc.constantFrom(...keys),
  fc.constantFrom(...values),
  { noNullPrototype: true },
);

/** The same text for the same attributes, in whatever order they were given. */
export const identity = (attributes: Attributes): string =>
  JSON.stringify(keys.map((key) => attributes[key] ?? null));

/** Points of one metric differ in their attributes, as the SDK has it. */
const points = fc.uniqueArray(arbitraryAttributes, { selector: identity, maxLength: 5 });

const metric: fc.Arbitrary<MetricData> = fc
  .tuple(fc.constantFrom(...metricNames), fc.constantFrom('counter', 'gauge', 'histogram'), points)
  .map(([name, type, attributes]) => {
    if (type === 'counter') return counter({ name }, ...attributes.map((each, index) => point(index, each)));
    if (type === 'gauge') return gauge({ name }, ...attributes.map((each, index) => point(index, each)));
    return histogram({ name }, ...attributes.map((each) => point(histogramValue([1], [1, 2]), each)));
  });

export const arbitraryMetrics: fc.Arbitrary<ResourceMetrics> = fc
  .tuple(
    arbitraryAttributes,
    fc.dictionary(fc.constantFrom('one', 'two'), fc.array(metric, { maxLength: 3 })),
  )
  .map(([resource, scopes]) => resourceMetrics(resource, scopes));

export const arbitraryAction = fc
  .record({
    key: fc.constantFrom(...keys),
    action: fc.constantFrom('insert' as const, 'update' as const, 'upsert' as const, 'delete' as const),
    source: fc.oneof(
      fc.record({ value: fc.constantFrom(...values) }),
      fc.record({ from_attribute: fc.constantFrom(...keys) }),
    ),
  })
  .map(({ key, action, source }) => ({
    key,
    action,
    value: action !== 'delete' && 'value' in source ? source.value : undefined,
    from_attribute: action !== 'delete' && 'from_attribute' in source ? source.from_attribute : undefined,
  }));

/** Makes every later write throw. SDK resources compute their attributes lazily and stay as they are. */
export function freeze(metrics: ResourceMetrics): ResourceMetrics {
  const freezeDeep = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
    Object.freeze(value);
    for (const inner of Object.values(value)) freezeDeep(inner);
  };
  freezeDeep(metrics.resource.attributes);
  freezeDeep(metrics.scopeMetrics);
  return Object.freeze(metrics);
}

/** As plain values, to compare. */
export function plain(metrics: ResourceMetrics): unknown {
  return { resource: metrics.resource.attributes, scopeMetrics: structuredClone(metrics.scopeMetrics) };
}
