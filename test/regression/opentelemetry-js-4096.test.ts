import { expect } from 'chai';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { PullReader } from '../../pipeline/telemetry/pull-reader.ts';

// https://github.com/open-telemetry/opentelemetry-js/issues/4096
// When this fails, the SDK drops what is not observed: `gaugesOfNow` can go, and one of the reasons for
// receiver/observation-meter.ts is gone.
describe('opentelemetry-js issue 4096', () => {
  it('is open: an observable keeps reporting a series that is not observed any more', async () => {
    const reader = new PullReader();
    const meter = new MeterProvider({ readers: [reader] }).getMeter('test');
    let volumes = ['vol-1', 'vol-2'];
    meter.createObservableGauge('up').addCallback((result) => {
      for (const volume of volumes) result.observe(1, { volume });
    });
    const seen = async () => {
      const { resourceMetrics } = await reader.collect();
      return resourceMetrics.scopeMetrics[0]?.metrics[0]?.dataPoints.map(
        ({ attributes }) => attributes['volume'],
      );
    };
    expect(await seen()).to.deep.equal(['vol-1', 'vol-2']);
    volumes = ['vol-1'];
    expect(await seen()).to.deep.equal(['vol-1', 'vol-2']);
  });
});
