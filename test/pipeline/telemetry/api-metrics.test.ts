import { expect } from 'chai';
import { createApiRecorder } from '../../../pipeline/telemetry/api-metrics.ts';
import { recordMetrics } from '../../fixtures/component-context.ts';

describe('the metrics on APIs', () => {
  it('count requests by API, operation and error, and those that were turned away', async () => {
    const { meter, values } = recordMetrics();
    const record = createApiRecorder(meter);
    record({ api: 'imds', operation: 'token', durationSeconds: 0.001 });
    record({ api: 'imds', operation: 'token', durationSeconds: 0.001 });
    record({ api: 'imds', operation: 'token', durationSeconds: 0.8, errorType: '429', throttled: true });
    const asked = { 'ebs.collector.api.name': 'imds', 'ebs.collector.api.operation': 'token' };
    expect((await values()).filter(({ name }) => name !== 'ebs.collector.api.duration')).to.deep.equal([
      { name: 'ebs.collector.api.requests', attributes: asked, value: 2 },
      { name: 'ebs.collector.api.requests', attributes: { ...asked, 'error.type': '429' }, value: 1 },
      { name: 'ebs.collector.api.throttles', attributes: asked, value: 1 },
    ]);
  });
});
