import { expect } from 'chai';
import { MeterProvider, type ScopeMetrics } from '@opentelemetry/sdk-metrics';
import { ownMetricsOf } from '../fixtures/collections.ts';
import { createOwnMetrics } from '../../pipeline/telemetry/own-metrics.ts';
import { gaugesOfNow, PullReader } from '../../pipeline/telemetry/pull-reader.ts';

// https://github.com/open-telemetry/opentelemetry-js/blob/main/packages/sdk-metrics/src/aggregator/LastValue.ts
// `diff` and `merge` compare sampleTime, which is Date.now(). Nobody has reported it yet. When the first test fails, the SDK
// does not any more, and pipeline/telemetry/clock-eras.ts can go.
describe('a gauge whose wall clock was set back', () => {
  const { now } = Date;
  let setBackMs = 0;
  beforeEach(() => {
    setBackMs = 0;
    Date.now = () => now() - setBackMs;
  });
  afterEach(() => {
    Date.now = now;
  });

  const pointsOf = (scopes: readonly ScopeMetrics[], name: string) =>
    scopes
      .flatMap(({ metrics }) => metrics)
      .filter(({ descriptor }) => descriptor.name === name)
      .flatMap(({ dataPoints }) => dataPoints.map(({ attributes, value }) => ({ attributes, value })));

  it('is frozen by the SDK', async () => {
    const reader = new PullReader({ aggregationTemporalitySelector: gaugesOfNow });
    let value = 1;
    const gauge = new MeterProvider({ readers: [reader] }).getMeter('test').createObservableGauge('queue');
    gauge.addCallback((result) => result.observe(value));
    const collected = async () => pointsOf((await reader.collect()).resourceMetrics.scopeMetrics, 'queue');
    expect(await collected()).to.deep.equal([{ attributes: {}, value: 1 }]);
    setBackMs = 3_600_000;
    value = 2;
    expect(await collected()).to.deep.equal([{ attributes: {}, value: 1 }]);
  });

  it("is right among the collector's own, however often the clock is set, and has its own attributes only", async () => {
    const own = createOwnMetrics('');
    let value = 0;
    let exporters = ['a', 'b'];
    own.meter
      .createObservableGauge('queue')
      .addCallback((result) => exporters.forEach((of) => result.observe(value, { of })));
    own.meter.createCounter('pushes').add(1, { of: 'a' });
    const next = async () => {
      value++;
      return ownMetricsOf(own);
    };
    for (const hours of [0, 1, 1, -5, 2, 3, 0]) {
      setBackMs = hours * 3_600_000;
      const scopes = await next();
      expect(pointsOf(scopes, 'queue')).to.deep.equal(exporters.map((of) => ({ attributes: { of }, value })));
      expect(pointsOf(scopes, 'pushes')).to.deep.equal([{ attributes: { of: 'a' }, value: 1 }]);
    }
    exporters = ['b'];
    expect(pointsOf(await next(), 'queue')).to.deep.equal([{ attributes: { of: 'b' }, value }]);
  });

  it('is right at the collection after the one in the middle of which the clock was set', async () => {
    const own = createOwnMetrics('');
    let value = 0;
    own.meter.createObservableGauge('first').addCallback((result) => {
      result.observe(value);
      setBackMs += 60_000;
    });
    own.meter.createObservableGauge('second').addCallback((result) => result.observe(value));
    for (value = 1; value <= 4; value++) {
      const scopes = await ownMetricsOf(own);
      if (value === 1) continue;
      expect(pointsOf(scopes, 'first').map((point) => point.value)).to.deep.equal([value]);
      expect(pointsOf(scopes, 'second').map((point) => point.value)).to.deep.equal([value]);
    }
  });
});
