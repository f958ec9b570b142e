import type { Attributes, HrTime } from '@opentelemetry/api';
import { type DataPoint, DataPointType, MeterProvider, type MetricData } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import fc from 'fast-check';
import { metricsOf } from '../../receiver/columns.ts';
import {
  createObservationMeter,
  type ObservableMeter,
  type ObservationMeter,
} from '../../receiver/observation-meter.ts';
import { PullReader } from '../../pipeline/telemetry/pull-reader.ts';

const startTime: HrTime = [1, 0];
const endTime: HrTime = [5, 0];
const started = () => startTime;
const read: Attributes = { direction: 'read' };
const write: Attributes = { direction: 'write' };

/** What the meter collected, as OpenTelemetry has it. */
function collected(meter: ObservationMeter, at: HrTime = endTime): readonly MetricData[] {
  const { layout, values } = meter.collect(at);
  const scopes = metricsOf({ layout: [{ scope: { name: '' }, metrics: [...layout] }], values });
  return scopes.flatMap(({ metrics }) => metrics);
}

const valuesOf = (metrics: readonly MetricData[]) =>
  metrics.map(({ descriptor, dataPoints }) => [
    descriptor.name,
    (dataPoints as DataPoint<number>[]).map(({ attributes, value }) => [attributes, value]),
  ]);

describe('a meter of observations', () => {
  it('gives what is observed as cumulative sums and gauges, under the names they were made with', () => {
    const meter = createObservationMeter(started);
    const io = meter.createObservableCounter('io', { unit: 'By', description: 'Bytes.' });
    const queue = meter.createObservableGauge('queue');
    meter.addBatchObservableCallback(
      (result) => {
        result.observe(queue, 3, read);
        result.observe(io, 7, read);
        result.observe(io, 8, write);
      },
      [io, queue],
    );
    const [sum, gauge, ...others] = collected(meter);
    expect(others).to.deep.equal([]);
    expect(sum).to.deep.include({
      descriptor: { name: 'io', unit: 'By', description: 'Bytes.', valueType: 1 },
      dataPointType: DataPointType.SUM,
      isMonotonic: true,
      dataPoints: [
        { attributes: read, startTime, endTime, value: 7 },
        { attributes: write, startTime, endTime, value: 8 },
      ],
    });
    expect(gauge).to.deep.include({
      dataPointType: DataPointType.GAUGE,
      dataPoints: [{ attributes: read, startTime, endTime, value: 3 }],
    });
  });

  it('leaves out what nobody observed, and holds on to nothing', () => {
    const meter = createObservationMeter(started);
    const gauge = meter.createObservableGauge('gauge');
    let observed: readonly Attributes[] = [read, write];
    meter.addBatchObservableCallback(
      (result) => observed.forEach((attributes) => result.observe(gauge, 1, attributes)),
      [gauge],
    );
    const shown = () => valuesOf(collected(meter));
    const both = [['gauge', [read, write].map((each) => [each, 1])]];
    expect(shown()).to.deep.equal(both);
    observed = [write];
    expect(shown()).to.deep.equal([['gauge', [[write, 1]]]]);
    observed = [];
    expect(shown()).to.deep.equal([]);
    observed = [read, write];
    expect(shown()).to.deep.equal(both);
  });

  it('writes into nothing that it gave before', () => {
    const meter = createObservationMeter(started);
    const gauge = meter.createObservableGauge('gauge');
    let value = 1;
    meter.addBatchObservableCallback((result) => result.observe(gauge, value, read), [gauge]);
    const before = collected(meter);
    value = 2;
    collected(meter, [6, 0]);
    expect(valuesOf(before)).to.deep.equal([['gauge', [[read, 1]]]]);
    expect(before[0]?.dataPoints[0]?.endTime).to.deep.equal(endTime);
  });

  it('calls back an instrument of its own until it is told not to', () => {
    const meter = createObservationMeter(started);
    const gauge = meter.createObservableGauge('gauge');
    const callback = (result: { observe(value: number): void }) => result.observe(4);
    gauge.addCallback(callback);
    expect(valuesOf(collected(meter))).to.deep.equal([['gauge', [[{}, 4]]]]);
    gauge.removeCallback(callback);
    expect(collected(meter)).to.deep.equal([]);
  });

  it('knows its own instruments only', () => {
    const meter = createObservationMeter(started);
    const foreign = createObservationMeter(started).createObservableGauge('gauge');
    meter.addBatchObservableCallback((result) => result.observe(foreign, 1), [foreign]);
    expect(() => collected(meter)).to.throw('an instrument of another meter was observed');
  });

  it('begins anew after a callback that failed', () => {
    const meter = createObservationMeter(started);
    const gauge = meter.createObservableGauge('gauge');
    let fails = true;
    meter.addBatchObservableCallback(
      (result) => {
        result.observe(gauge, 1, read);
        if (fails) throw new Error('no value');
        result.observe(gauge, 2, write);
      },
      [gauge],
    );
    expect(() => collected(meter)).to.throw('no value');
    fails = false;
    const points = [
      [read, 1],
      [write, 2],
    ];
    expect(valuesOf(collected(meter))).to.deep.equal([['gauge', points]]);
  });

  it('collects what the SDK’s meter collects', async () => {
    const observations = fc.uniqueArray(
      fc.record({
        instrument: fc.nat(2),
        series: fc.nat(5),
        value: fc.double({ noNaN: true, min: 0, max: 2 ** 64 }),
      }),
      { selector: ({ instrument, series }) => `${instrument} ${series}`, maxLength: 18 },
    );
    const seriesAttributes = Array.from({ length: 6 }, (_, series): Attributes => ({ series }));
    const report = (
      meter: ObservableMeter,
      observed: Array<{ instrument: number; series: number; value: number }>,
    ) => {
      const instruments = [
        meter.createObservableCounter('a', { unit: 's' }),
        meter.createObservableGauge('b', { description: 'B.' }),
        meter.createObservableCounter('c'),
      ];
      meter.addBatchObservableCallback((result) => {
        for (const { instrument, series, value } of observed) {
          const observable = instruments[instrument];
          if (observable !== undefined) result.observe(observable, value, seriesAttributes[series] ?? {});
        }
      }, instruments);
    };
    const comparable = (metrics: readonly MetricData[]) =>
      metrics
        .map(({ descriptor: { name, unit, description, valueType }, ...metric }) => ({
          ...metric,
          descriptor: { name, unit, description, valueType },
          dataPoints: (metric.dataPoints as DataPoint<number>[])
            .map(({ attributes, value }) => ({ attributes, value }))
            .sort((a, b) => Number(a.attributes['series']) - Number(b.attributes['series'])),
        }))
        .sort((a, b) => (a.descriptor.name < b.descriptor.name ? -1 : 1));

    await fc.assert(
      fc.asyncProperty(observations, async (observed) => {
        const ours = createObservationMeter(started);
        report(ours, observed);
        const reader = new PullReader();
        report(new MeterProvider({ readers: [reader] }).getMeter('sdk'), observed);
        const { resourceMetrics } = await reader.collect();
        const theirs = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
        expect(comparable(collected(ours))).to.deep.equal(comparable(theirs));
      }),
      { numRuns: 100 },
    );
  });
});
