import type { HrTime } from '@opentelemetry/api';
import { AggregationTemporality } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import {
  counter,
  gauge,
  histogram,
  histogramValue,
  point,
  resourceMetrics,
  upDownCounter,
} from '../../../fixtures/metrics.ts';
import { freeze } from '../../processors/arbitrary-metrics.ts';
import { collection, converterOf, metricsOf, push, reading, refuse, said, volume } from './converting.ts';
import { at, volumeAttributes } from './world.ts';

describe('a series', () => {
  it('that began before the collector says nothing at first, then what was added', () => {
    const converter = converterOf();
    expect(push(converter, collection(reading(1000, at(110))))).to.deep.equal([]);
    expect(push(converter, collection(reading(1005, at(120))))).to.deep.equal(['5 in 110..120']);
    expect(push(converter, collection(reading(1005, at(130))))).to.deep.equal(['0 in 120..130']);
  });

  it('counts from its first reading, also where that was not taken over', () => {
    const converter = converterOf();
    expect(refuse(converter, collection(reading(1000, at(110))))).to.deep.equal([]);
    expect(push(converter, collection(reading(1005, at(120))))).to.deep.equal(['5 in 110..120']);
  });

  it('that began while the collector runs says all of it', () => {
    expect(push(converterOf(), collection(reading(7, at(110), at(105))))).to.deep.equal(['7 in 105..110']);
  });

  it('that began at no known time says nothing at first', () => {
    const converter = converterOf();
    expect(push(converter, collection(reading(7, at(110), at(110))))).to.deep.equal([]);
    expect(push(converter, collection(reading(9, at(120), at(110))))).to.deep.equal(['2 in 110..120']);
  });

  it("that is no volume's began when it says, were it this moment", () => {
    const own = { 'error.type': 'timeout' };
    expect(push(converterOf(), collection(reading(7, at(110), at(110), own)))).to.deep.equal([
      '7 in 110..110',
    ]);
  });

  it('that was missing says what was added meanwhile', () => {
    const converter = converterOf();
    push(converter, collection(reading(10, at(110))));
    expect(push(converter, collection())).to.deep.equal([]);
    expect(push(converter, collection(reading(30, at(130))))).to.deep.equal(['20 in 110..130']);
  });

  it('that starts over says all since its new start', () => {
    const converter = converterOf();
    push(converter, collection(reading(10, at(110))));
    expect(push(converter, collection(reading(30, at(120), at(115), { ...volume })))).to.deep.equal([
      '30 in 115..120',
    ]);
  });

  it('that starts over says so though its new start, too, was before the collector began', () => {
    const converter = converterOf();
    push(converter, collection(reading(5, at(110), at(10))));
    expect(push(converter, collection(reading(7, at(120), at(90))))).to.deep.equal(['7 in 90..120']);
  });

  it('that goes down started over, whatever it says of its start', () => {
    const converter = converterOf();
    push(converter, collection(reading(10, at(110))));
    expect(push(converter, collection(reading(3, at(120))))).to.deep.equal(['3 in 110..120']);
  });

  it('goes on where only its start becomes known better', () => {
    const converter = converterOf();
    push(converter, collection(reading(10, at(110))));
    expect(push(converter, collection(reading(12, at(120), at(9))))).to.deep.equal(['2 in 110..120']);
    expect(push(converter, collection(reading(13, at(130), at(130))))).to.deep.equal(['1 in 120..130']);
  });

  it('is the same whichever object its attributes are, in whichever order', () => {
    const converter = converterOf();
    push(converter, collection(reading(10, at(110))));
    const turned = Object.fromEntries(Object.entries(volume).toReversed());
    expect(push(converter, collection(reading(11, at(120), at(10), turned)))).to.deep.equal([
      '1 in 110..120',
    ]);
  });

  it('of a volume is the same whoever owns it, and says so', () => {
    const converter = converterOf();
    push(converter, collection(reading(10, at(110), at(105))));
    const owned = volumeAttributes('vol-a', 'pod-1');
    const { metrics } = converter.compute(collection(reading(11, at(120), at(105), owned)));
    expect(said(metrics)).to.deep.equal(['1 in 110..120']);
    expect(metricsOf(metrics)[0]?.dataPoints[0]?.attributes).to.equal(owned);
  });

  it('of anything else is another one with another k8s attribute', () => {
    const converter = converterOf();
    const inPod = (pod: string) => ({ 'k8s.pod.name': pod });
    push(converter, collection(reading(10, at(110), at(105), inPod('a'))));
    expect(push(converter, collection(reading(11, at(120), at(105), inPod('b'))))).to.deep.equal([
      '11 in 105..120',
    ]);
  });

  it('is another one in another metric and in another scope', () => {
    const converter = converterOf();
    push(converter, collection(reading(10, at(110), at(105))));
    const elsewhere = resourceMetrics(
      {},
      {
        scope: [counter({ name: 'time' }, reading(11, at(120), at(105)))],
        another: [counter({ name: 'io' }, reading(12, at(120), at(105)))],
      },
    );
    expect(push(converter, elsewhere)).to.deep.equal(['11 in 105..120', '12 in 105..120']);
  });

  it('goes on in a newer version of its scope', () => {
    const converter = converterOf();
    push(converter, collection(reading(10, at(110))));
    const { resource, scopeMetrics } = collection(reading(12, at(120)));
    const newer = scopeMetrics.map((each) => ({ ...each, scope: { ...each.scope, version: '2' } }));
    expect(push(converter, { resource, scopeMetrics: newer })).to.deep.equal(['2 in 110..120']);
  });

  it('that two receivers read counts once', () => {
    const converter = converterOf();
    push(converter, collection(reading(10, at(110))));
    const twice = collection(reading(12, at(120)), reading(11, at(119), at(10), { ...volume }));
    expect(push(converter, twice)).to.deep.equal(['2 in 110..120']);
  });

  it('is left out where the reading is the one that was sent before', () => {
    const converter = converterOf();
    const metrics = collection(reading(10, at(110), at(105)));
    expect(push(converter, metrics)).to.deep.equal(['10 in 105..110']);
    expect(push(converter, metrics)).to.deep.equal([]);
  });

  it('never ends before it begins, where the clock was set back', () => {
    const converter = converterOf();
    push(converter, collection(reading(10, at(110))));
    expect(push(converter, collection(reading(12, at(50))))).to.deep.equal(['2 in 50..50']);
    expect(push(converter, collection(reading(15, at(60))))).to.deep.equal(['3 in 50..60']);
  });

  it('waits where its value is no number', () => {
    const converter = converterOf();
    push(converter, collection(reading(10, at(110))));
    expect(push(converter, collection(reading(Number.NaN, at(120))))).to.deep.equal([]);
    expect(push(converter, collection(reading(12, at(130))))).to.deep.equal(['2 in 110..130']);
  });
});

describe('the metrics of a delta', () => {
  const bounds = [0.1];
  const both = (count: number, endTime: HrTime) =>
    freeze(
      resourceMetrics(
        { 'host.name': 'node' },
        {
          scope: [
            counter({ name: 'io', unit: 'By' }, reading(count, endTime)),
            histogram(
              { name: 'duration' },
              point(histogramValue(bounds, [count, 1], count), volume, { startTime: at(10), endTime }),
            ),
            gauge({ name: 'queue' }, reading(3, endTime)),
            upDownCounter({ name: 'volumes' }, reading(4, endTime)),
          ],
        },
      ),
    );

  it('are deltas of counters and histograms; what may fall is passed on as it is', () => {
    const converter = converterOf();
    const first = converter.compute(both(1, at(110)));
    first.commit();
    expect(metricsOf(first.metrics).map(({ descriptor }) => descriptor.name)).to.deep.equal([
      'queue',
      'volumes',
    ]);
    const given = both(6, at(120));
    const { metrics } = converter.compute(given);
    const [io, duration, queue, volumes] = metricsOf(metrics);
    expect(metrics.resource).to.equal(given.resource);
    expect(io).to.deep.equal({
      ...metricsOf(given)[0],
      aggregationTemporality: AggregationTemporality.DELTA,
      dataPoints: [reading(5, at(120), at(110))],
    });
    expect(duration).to.deep.equal({
      ...metricsOf(given)[1],
      aggregationTemporality: AggregationTemporality.DELTA,
      dataPoints: [
        point(histogramValue(bounds, [5, 0], 5), volume, { startTime: at(110), endTime: at(120) }),
      ],
    });
    expect([queue, volumes]).to.deep.equal(metricsOf(given).slice(2));
  });

  it('have no extremes, also where a histogram started over', () => {
    const converter = converterOf();
    const read = (count: number, endTime: HrTime) => {
      const value = { ...histogramValue(bounds, [count, 0]), min: 0.01, max: 0.02 };
      return resourceMetrics(
        {},
        { scope: [histogram({ name: 'duration' }, point(value, volume, { startTime: at(10), endTime }))] },
      );
    };
    converter.compute(read(5, at(110))).commit();
    const [duration] = metricsOf(converter.compute(read(3, at(120))).metrics);
    expect(duration?.dataPoints[0]?.value).to.deep.equal(histogramValue(bounds, [3, 0]));
  });

  it('that are deltas already are passed on as they are', () => {
    const delta = {
      ...counter({ name: 'io' }, reading(1, at(110))),
      aggregationTemporality: AggregationTemporality.DELTA,
    };
    const { metrics } = converterOf().compute(resourceMetrics({}, { scope: [delta] }));
    expect(metricsOf(metrics)).to.deep.equal([delta]);
  });

  it('have no scope that has nothing to say', () => {
    expect(converterOf().compute(collection(reading(1, at(110)))).metrics.scopeMetrics).to.deep.equal([]);
  });
});
