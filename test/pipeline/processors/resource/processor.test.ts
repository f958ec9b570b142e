import { expect } from 'chai';
import fc from 'fast-check';
import { createResourceProcessor } from '../../../../pipeline/processors/resource/processor.ts';
import { counter, point, resourceMetrics } from '../../../fixtures/metrics.ts';
import { arbitraryAction, arbitraryMetrics, freeze, plain } from '../arbitrary-metrics.ts';

const metrics = resourceMetrics(
  { 'host.id': 'i-1', 'cloud.region': 'eu-central-1' },
  { s: [counter({ name: 'm' }, point(1))] },
);
const none = { value: undefined, from_attribute: undefined };

describe('the resource processor', () => {
  it('changes the resource and shares the rest', () => {
    const process = createResourceProcessor({
      attributes: [
        { key: 'deployment.environment.name', action: 'insert', ...none, value: 'production' },
        { key: 'host.id', action: 'delete', ...none },
      ],
    });
    const result = process(metrics);
    expect(result.resource.attributes).to.deep.equal({
      'cloud.region': 'eu-central-1',
      'deployment.environment.name': 'production',
    });
    expect(result.scopeMetrics).to.equal(metrics.scopeMetrics);
  });

  it('makes one resource of one resource', () => {
    const process = createResourceProcessor({
      attributes: [{ key: 'a', action: 'upsert', ...none, value: 'x' }],
    });
    expect(process(metrics).resource).to.equal(process({ ...metrics }).resource);
  });

  it('gives back what it does not change', () => {
    const process = createResourceProcessor({ attributes: [{ key: 'nothing', action: 'delete', ...none }] });
    expect(process(metrics)).to.equal(metrics);
  });

  it('never writes into what it is given', () => {
    fc.assert(
      fc.property(arbitraryMetrics, fc.array(arbitraryAction), (given, attributes) => {
        const before = plain(given);
        createResourceProcessor({ attributes })(freeze(given));
        expect(plain(given)).to.deep.equal(before);
      }),
    );
  });
});
