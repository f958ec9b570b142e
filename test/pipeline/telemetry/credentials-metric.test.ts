import { expect } from 'chai';
import { ownMetricsOf } from '../../fixtures/collections.ts';
import { countReloads, credentialsReloaded } from '../../../pipeline/telemetry/credentials-metric.ts';
import { createOwnMetrics } from '../../../pipeline/telemetry/own-metrics.ts';

describe('reloads of credentials', () => {
  it('are one metric, whoever has credentials, and begin at zero', async () => {
    const own = createOwnMetrics('');
    const [endpoint, processor] = ['prometheus', 'kubernetes'].map((id) => countReloads(own.meter, id));
    endpoint?.();
    endpoint?.('EACCES');
    processor?.();
    processor?.();
    countReloads(own.meter, 'prometheus/second');
    const found = (await ownMetricsOf(own))
      .flatMap(({ metrics }) => metrics)
      .filter(({ descriptor }) => descriptor.name === credentialsReloaded.name);
    expect(found).to.have.length(1);
    const counts = found[0]?.dataPoints.map(({ attributes, value }) => [
      Object.values(attributes).join(' '),
      value,
    ]);
    expect(counts).to.have.deep.members([
      ['prometheus', 1],
      ['prometheus EACCES', 1],
      ['kubernetes', 2],
      ['prometheus/second', 0],
    ]);
  });
});
