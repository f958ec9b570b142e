import type { HrTime } from '@opentelemetry/api';
import type { MetricData, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { createColumnsJoin } from '../../pipeline/join-columns.ts';
import { metricsOf } from '../../receiver/columns.ts';
import { createLayOut } from '../../receiver/lay-out.ts';
import { counter, gauge, histogram, histogramValue, point } from '../fixtures/metrics.ts';

/** What one receiver or another has: metrics that ended at a moment of its own. */
const part = (name: string, endTime: HrTime, scale: number): readonly ScopeMetrics[] => {
  const latency = { ...histogramValue([1, 2], [scale, 2 * scale, 0], 9 * scale), min: scale, max: 5 * scale };
  const metrics: MetricData[] = [
    counter({ name: `${name}.count` }, point(7 * scale, { a: 'x' }, { endTime })),
    gauge({ name: `${name}.size` }, point(scale, {}, { endTime })),
    histogram({ name: `${name}.time` }, point(latency, {}, { endTime })),
  ];
  return [{ scope: { name }, metrics }];
};

describe('columns that are joined', () => {
  const layOuts = [createLayOut(), createLayOut()] as const;
  const parts = (scale: number) => [part('a', [5, 1], scale), part('b', [6, 2], 10 * scale)] as const;
  const columns = (scale: number) => {
    const [a, b] = parts(scale);
    return [layOuts[0](a), layOuts[1](b)];
  };

  it('have what all of them have, each with the time that it ended at', () => {
    expect(metricsOf(createColumnsJoin()(columns(1)))).to.deep.equal(parts(1).flat());
  });

  it('have the same layout as long as each of them has, and other numbers', () => {
    const join = createColumnsJoin();
    const [first, second] = [join(columns(1)), join(columns(2))];
    expect(second.layout).to.equal(first.layout);
    expect(metricsOf(first)).to.deep.equal(parts(1).flat());
    expect(metricsOf(second)).to.deep.equal(parts(2).flat());
    const third = join(columns(3).toReversed());
    expect(third.layout).to.not.equal(first.layout);
    expect(metricsOf(third)).to.deep.equal(parts(3).toReversed().flat());
    expect(join([]).layout).to.deep.equal([]);
  });
});
