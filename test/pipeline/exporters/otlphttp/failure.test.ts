import { expect } from 'chai';
import { createServer, type AddressInfo } from 'node:net';
import { httpFailure, networkFailure } from '../../../../pipeline/exporters/otlphttp/failure.ts';
import { startOtlpReceiver } from '../../../fixtures/otlp-receiver.ts';
import { startExporter, until } from './setup.ts';

const url = new URL('https://otlp.example.com:4318/v1/metrics');

function coded(code: string, message = ''): Error {
  return Object.assign(new Error(message), { code });
}

const unreachable = (error: unknown) => networkFailure(error, url);
const answered = (status: number, body = '', location?: string) =>
  httpFailure(
    { status, statusText: 'Status', location, retryAfter: undefined, body: Buffer.from(body, 'latin1') },
    url,
  );

describe('the reason of a failed push', () => {
  it('is the answer that the backend gave, with what it said', () => {
    expect(answered(403, '{"message":"unknown tenant"}')).to.deep.equal({
      errorType: '403',
      reason: 'HTTP 403 Status: {"message":"unknown tenant"}',
      hint: 'check headers: the backend does not accept these credentials',
    });
  });

  it('shows only what a person can read of a binary answer, and not a book of it', () => {
    expect(answered(400, '\u0008\u0003\u0012\u0005wrong\u0000').reason).to.equal('HTTP 400 Status: wrong');
    expect(answered(400, 'x'.repeat(5000)).reason).to.have.length(217);
  });

  it('hints at the path, the encoding, the size and the rate by the status', () => {
    expect(answered(404).hint).to.contain('check the path /v1/metrics');
    expect(answered(413).hint).to.contain('raise its limit');
    expect(answered(415).hint).to.contain('the other encoding');
    expect(answered(429).hint).to.contain('raise interval');
    expect(answered(301, '', 'https://other.example.com/').hint).to.contain('https://other.example.com/');
    expect(answered(500)).not.to.have.property('hint');
  });

  it('names the host that refuses or is not found', () => {
    expect(unreachable(coded('ECONNREFUSED')).hint).to.equal(
      'nothing listens at otlp.example.com:4318: check host and port',
    );
    expect(unreachable(coded('ENOTFOUND', 'getaddrinfo ENOTFOUND')).hint).to.equal(
      'check the name otlp.example.com',
    );
  });

  it('is the first address’s where all addresses of a name failed', () => {
    const all = Object.assign(new AggregateError([coded('ECONNREFUSED', 'connect ECONNREFUSED ::1:1')]), {
      code: 'ECONNREFUSED',
    });
    expect(unreachable(all).reason).to.equal('connect ECONNREFUSED ::1:1');
  });

  it('says what is wrong with a certificate', () => {
    expect(unreachable(coded('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed')).hint).to.contain('set tls.ca_file');
    expect(unreachable(coded('CERT_HAS_EXPIRED', 'expired')).hint).to.contain('expired');
    expect(unreachable(coded('ERR_TLS_CERT_ALTNAME_INVALID', 'altname')).hint).to.contain(
      'not for otlp.example.com',
    );
  });

  it('is whatever was thrown, at worst', () => {
    expect(unreachable(new TypeError('no'))).to.deep.equal({ errorType: 'TypeError', reason: 'no' });
    expect(unreachable('odd')).to.deep.equal({ errorType: 'unknown', reason: 'odd' });
  });

  it('is refused, of a port where nothing listens', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const { exporter, log } = await startExporter({ endpoint: `http://127.0.0.1:${port}` });
    await until(() => exporter.notReady() !== undefined);
    await exporter.shutdown(50);
    const line = log.find(({ level }) => level === 'error');
    expect(line?.['error.type']).to.equal('ECONNREFUSED');
    expect(line?.hint).to.equal(`nothing listens at 127.0.0.1:${port}: check host and port`);
  });

  it('suggests http where the server speaks no TLS', async () => {
    const plain = await startOtlpReceiver();
    const { exporter, log } = await startExporter({ endpoint: plain.url.replace('http:', 'https:') });
    await until(() => exporter.notReady() !== undefined);
    await exporter.shutdown(50);
    await plain.close();
    const line = log.find(({ level }) => level === 'error');
    expect(line?.msg).to.equal('push failed: TLS: wrong version number');
    expect(line?.hint).to.contain('http instead of https?');
  });
});
