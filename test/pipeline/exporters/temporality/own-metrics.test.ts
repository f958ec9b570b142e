import type { HrTime } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { DataPointType, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { ownMetricsOf } from '../../../fixtures/collections.ts';
import { createDeltaConverter } from '../../../../pipeline/exporters/temporality/delta-converter.ts';
import { createOwnMetrics } from '../../../../pipeline/telemetry/own-metrics.ts';

/** Deltas of what the SDK itself adds up: the collector's metrics on itself. */
describe('the deltas of what the SDK adds up', () => {
  const processStart: HrTime = [0, 1];
  const resource = resourceFromAttributes({});
  const numbers = ({ scopeMetrics }: ResourceMetrics, name: string): number[] =>
    scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .filter(({ descriptor }) => descriptor.name === name)
      .flatMap((metric) => {
        if (metric.dataPointType === DataPointType.HISTOGRAM)
          return metric.dataPoints.flatMap(({ value }) => [value.count, ...value.buckets.counts]);
        return metric.dataPoints.map(({ value }) => (typeof value === 'number' ? value : Number.NaN));
      });

  it('are what was added between two pushes, also where others collect meanwhile', async () => {
    const own = createOwnMetrics('1');
    const reads = own.meter.createCounter('reads');
    const duration = own.meter.createHistogram('duration', { advice: { explicitBucketBoundaries: [1] } });
    const converter = createDeltaConverter({ since: processStart, bootId: '' });
    /** Without what says that nothing was added: of two pushes within a millisecond the second leaves it out. */
    const push = async () => {
      const { metrics, commit } = converter.compute({ resource, scopeMetrics: await ownMetricsOf(own) });
      commit();
      const added = (name: string) => numbers(metrics, name).filter((each) => each !== 0);
      return { reads: added('reads'), duration: added('duration') };
    };
    const record = (times: number) => {
      for (let time = 0; time < times; time++) {
        reads.add(1, { volume: 'a' });
        duration.record(time);
      }
    };

    record(2);
    expect(await push()).to.deep.equal({ reads: [2], duration: [2, 2] });
    record(3);
    // A scrape.
    await ownMetricsOf(own);
    record(1);
    expect(await push()).to.deep.equal({ reads: [4], duration: [4, 3, 1] });
    reads.add(5, { volume: 'b' });
    expect(await push()).to.deep.equal({ reads: [5], duration: [] });
  });
});
