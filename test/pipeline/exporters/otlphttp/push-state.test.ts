import { expect } from 'chai';
import { createPushState } from '../../../../pipeline/exporters/otlphttp/push-state.ts';
import { recordLog } from '../../../fixtures/component-context.ts';

describe('what the log is told of a backend', () => {
  it('is little of one that complains in other words each time', () => {
    const { logger, lines } = recordLog();
    const state = createPushState(logger);
    for (let request = 0; request < 1000; request++) {
      state.succeeded({ rejectedDataPoints: 1, errorMessage: `request ${request}: ${'x'.repeat(60_000)}` });
    }
    expect(lines).to.have.length(10);
    expect(JSON.stringify(lines).length).to.be.below(10_000);
    state.succeeded();
    state.succeeded({ rejectedDataPoints: 1, errorMessage: 'too old' });
    expect(lines.slice(10).map(({ msg }) => msg)).to.deep.equal([
      'the backend takes everything again',
      'the backend took only a part of the data, or has a warning',
    ]);
  });
});
