import { networkInterfaces } from 'node:os';
import { expect } from 'chai';
import { createMetadataQuery } from '../../../pipeline/resource/imds.ts';
import type { ApiCall } from '../../../pipeline/telemetry/api-metrics.ts';
import { startImds, type Imds, type ImdsBehaviour } from '../../fixtures/imds.ts';

/** Longer than anything here takes: where a test means the budget to end, it ends it. */
const unlimited = (): AbortSignal => new AbortController().signal;

const expected = {
  instanceId: 'i-0123456789abcdef0',
  instanceType: 'm7i.2xlarge',
  region: 'eu-central-1',
  availabilityZone: 'eu-central-1b',
  accountId: '123456789012',
};

describe('instance metadata', () => {
  let imds: Imds;
  let calls: ApiCall[];
  beforeEach(async () => {
    imds = await startImds();
    calls = [];
  });
  afterEach(() => imds.close());

  const record = (call: ApiCall): void => void calls.push(call);
  const query = (env: Readonly<Record<string, string>> = {}) =>
    createMetadataQuery({
      env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.endpoint.href, ...env },
      record,
    });
  const race = (...endpoints: readonly URL[]) => createMetadataQuery({ env: {}, record, endpoints });
  const recorded = () => calls.map(({ operation, errorType }) => [operation, errorType]);

  it('is asked with a token, as version 2 demands', async () => {
    expect(await query()(unlimited())).to.deep.equal({ ok: true, identity: expected });
    expect(imds.requests).to.deep.equal([
      'PUT /latest/api/token',
      'GET /latest/dynamic/instance-identity/document',
    ]);
    expect(recorded()).to.deep.equal([
      ['token', undefined],
      ['identity', undefined],
    ]);
  });

  it('is not asked where it is disabled', async () => {
    const outcome = await query({ AWS_EC2_METADATA_DISABLED: 'TRUE' })(unlimited());
    expect(outcome).to.deep.equal({ ok: false, reason: 'AWS_EC2_METADATA_DISABLED is true', retry: false });
    expect(imds.requests).to.deep.equal([]);
  });

  it('is not asked at an endpoint that is none', async () => {
    const outcome = await query({ AWS_EC2_METADATA_SERVICE_ENDPOINT: 'localhost' })(unlimited());
    expect(outcome).to.include({ ok: false, retry: false });
  });

  it('is absent where nothing listens', async () => {
    await imds.close();
    const outcome = await query()(unlimited());
    expect(outcome).to.include({ ok: false, retry: true });
    expect(recorded()).to.deep.equal([['token', 'ECONNREFUSED']]);
    imds = await startImds();
  });

  it('is absent when the budget ends before the answer', async () => {
    imds.behave({ token: { hang: true } });
    const outcome = await query()(AbortSignal.timeout(50));
    expect(outcome).to.deep.equal({
      ok: false,
      reason: 'no answer in time (from a pod without host networking the metadata hop limit must be 2)',
      retry: true,
    });
    expect(recorded()).to.deep.equal([['token', 'timeout']]);
  });

  it('is absent when the budget has ended before the question', async () => {
    expect(await query()(AbortSignal.abort())).to.include({ ok: false });
    expect(imds.requests).to.deep.equal([]);
  });

  it('is absent where it is refused', async () => {
    imds.behave({ token: { status: 403, body: 'Forbidden' } });
    expect(await query()(unlimited())).to.deep.equal({
      ok: false,
      reason: `${imds.endpoint.host} answered PUT /latest/api/token with HTTP 403`,
      retry: true,
    });
    expect(recorded()).to.deep.equal([['token', '403']]);
  });

  it('counts being asked to ask less', async () => {
    imds.behave({ document: { status: 429, body: '' } });
    await query()(unlimited());
    expect(calls.map(({ throttled }) => throttled)).to.deep.equal([false, true]);
  });

  const garbage: Readonly<Record<string, ImdsBehaviour>> = {
    'no JSON': { document: { body: '<html>captive portal</html>' } },
    'an empty document': { document: { body: '' } },
    'a document of another shape': { document: { body: '[]' } },
    'a document without an instance': { document: { body: '{"region":"eu-central-1"}' } },
    'an instance id that is none': { document: { body: '{"instanceId":"$(reboot)"}' } },
    'a token that no header can hold': { token: { body: 'two\r\nlines' } },
    'a document without an end': { document: { flood: true } },
    'a token without an end': { token: { flood: true } },
  };
  for (const [what, behaviour] of Object.entries(garbage)) {
    it(`is absent where the answer is ${what}`, async () => {
      imds.behave(behaviour);
      expect(await query()(unlimited())).to.include({ ok: false, retry: true });
    });
  }

  it('leaves out single values that are none', async () => {
    const document = { instanceId: 'i-0123456789abcdef0', region: 7, accountId: null, availabilityZone: '' };
    imds.behave({ document: { body: JSON.stringify(document) } });
    expect(await query()(unlimited())).to.deep.equal({
      ok: true,
      identity: {
        instanceId: 'i-0123456789abcdef0',
        instanceType: undefined,
        region: undefined,
        availabilityZone: undefined,
        accountId: undefined,
      },
    });
  });

  describe('of two addresses', () => {
    // Containers often have no IPv6, not even on loopback.
    const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
      all?.some(({ address }) => address === '::1'),
    );
    let other: Imds;
    beforeEach(async () => (other = await startImds(hasIpv6 ? '::1' : '127.0.0.1')));
    afterEach(() => other.close());

    it('is the second’s where the first is silent', async () => {
      imds.behave({ token: { hang: true } });
      expect(await race(imds.endpoint, other.endpoint)(unlimited())).to.deep.include({
        ok: true,
        identity: expected,
      });
      expect(other.requests).to.have.length(2);
    });

    it('is the first’s where the second refuses', async () => {
      other.behave({ token: { status: 404, body: '' } });
      expect(await race(imds.endpoint, other.endpoint)(unlimited())).to.include({ ok: true });
    });

    it('counts no failure for the one that was slower', async () => {
      imds.behave({ token: { hang: true } });
      await race(imds.endpoint, other.endpoint)(unlimited());
      // What was called off settles in the turns after.
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(recorded()).to.deep.equal([
        ['token', undefined],
        ['identity', undefined],
      ]);
    });

    it('is absent with the reasons of both', async () => {
      imds.behave({ token: { status: 403, body: '' } });
      other.behave({ token: { status: 404, body: '' } });
      const outcome = await race(imds.endpoint, other.endpoint)(unlimited());
      expect(outcome.ok ? '' : outcome.reason)
        .to.contain('HTTP 403')
        .and.to.contain('HTTP 404');
    });
  });
});
