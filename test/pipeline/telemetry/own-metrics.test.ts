import { expect } from 'chai';
import { ownMetricsOf, ownPointsOf } from '../../fixtures/collections.ts';
import { createOwnMetrics, ownScopeName, type OwnMetrics } from '../../../pipeline/telemetry/own-metrics.ts';

/** Attribute values by metric. */
async function series(own: OwnMetrics, name: string) {
  return (await ownPointsOf(own, name)).map(({ attributes, value }) => [attributes['of'], value]);
}

describe("the collector's metrics on itself", () => {
  it("stand in a scope with the collector's version, those of the process among them", async () => {
    const [only, ...others] = await ownMetricsOf(createOwnMetrics('1.2.3'));
    expect(others).to.deep.equal([]);
    expect(only?.scope).to.include({ name: ownScopeName, version: '1.2.3' });
    expect(only?.metrics.map(({ descriptor }) => descriptor.name)).to.include('process.uptime');
  });

  it('are whatever components count, from their beginning', async () => {
    const own = createOwnMetrics('');
    const pushes = own.meter.createCounter('pushes');
    pushes.add(1, { of: 'a' });
    expect(await series(own, 'pushes')).to.deep.equal([['a', 1]]);
    pushes.add(2, { of: 'a' });
    expect(await series(own, 'pushes')).to.deep.equal([['a', 3]]);
    expect(await series(own, 'pushes')).to.deep.equal([['a', 3]]);
  });

  it('say of gauges what is so now, and nothing of what is gone', async () => {
    const own = createOwnMetrics('');
    const ready = own.meter.createObservableGauge('ready');
    let exporters = ['a', 'b'];
    ready.addCallback((result) => exporters.forEach((of) => result.observe(1, { of })));
    expect(await series(own, 'ready')).to.deep.equal([
      ['a', 1],
      ['b', 1],
    ]);
    exporters = ['b'];
    expect(await series(own, 'ready')).to.deep.equal([['b', 1]]);
    exporters = [];
    expect(await series(own, 'ready')).to.deep.equal([]);
  });

  it('are whole for everybody who asks at once', async () => {
    const own = createOwnMetrics('');
    own.meter.createObservableGauge('ready').addCallback((result) => result.observe(1));
    const answers = await Promise.all([1, 2, 3].map(() => series(own, 'ready')));
    expect(answers.map((points) => points.length)).to.deep.equal([1, 1, 1]);
  });
});
