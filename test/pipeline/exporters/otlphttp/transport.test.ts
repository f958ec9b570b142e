import { createServer, type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { loadEncodings } from '../../../../pipeline/exporters/otlphttp/encoding.ts';
import type { Payload } from '../../../../pipeline/exporters/sending-queue/payload.ts';
import { createTransport, type Transport } from '../../../../pipeline/exporters/otlphttp/transport.ts';
import { unrefTimer } from '../../../../pipeline/timer.ts';
import { withEnoughTime } from '../../../fixtures/enough-time.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../../../fixtures/otlp-receiver.ts';
import { sample, until } from './setup.ts';

const accept = { accept: true } as const;

async function open(backend: string): Promise<Transport> {
  return createTransport(
    {
      url: new URL(`${backend}/v1/metrics`),
      headers: { 'x-api-key': 'ours' },
      encodings: await loadEncodings(),
      tls: { rejectUnauthorized: true },
      userAgent: 'test/1',
    },
    { setTimer: unrefTimer, wallNowMs: () => 0 },
  );
}

describe('the transport to one backend', () => {
  let receiver: OtlpReceiver;
  let transport: Transport;
  let payload: Payload;
  const goesOn = new AbortController().signal;
  beforeEach(async () => {
    receiver = await startOtlpReceiver();
    const { serialize, contentType } = (await loadEncodings()).proto;
    payload = { body: serialize(sample), contentType, contentEncoding: undefined, dataPoints: 4 };
    transport = await open(receiver.url);
  });
  afterEach(async () => {
    transport.close();
    await receiver.close();
  });

  const send = () => transport.send(payload, 5000, goesOn);
  const ports = () => new Set(receiver.pushes.map(({ clientPort }) => clientPort)).size;

  it('keeps its connection from one payload to the next', async () => {
    for (let i = 0; i < 5; i++) expect((await send()).kind).to.equal('delivered');
    expect(ports()).to.equal(1);
  });

  it('sends anew at once what met a connection that the server had closed meanwhile', async () => {
    receiver.answer(accept, { closeConnection: true }, accept);
    await send();
    expect((await send()).kind).to.equal('delivered');
    expect(receiver.pushes).to.have.length(3);
    expect(ports()).to.equal(2);
  });

  it('does not take a new connection that breaks for an old one', async () => {
    receiver.answer({ closeConnection: true }, accept);
    expect(await send()).to.deep.include({ kind: 'retryable', retryAfterMs: undefined });
    expect(receiver.pushes).to.have.length(1);
  });

  it('has no more than two connections, however many payloads are sent at once', async () => {
    await Promise.all(Array.from({ length: 8 }, send));
    expect(receiver.pushes).to.have.length(8);
    expect(ports()).to.be.at.most(2);
  });

  it('follows a redirect to the same origin, with headers and body', async () => {
    receiver.answer({ status: 308, headers: { location: '/api/otlp' } }, accept);
    expect((await send()).kind).to.equal('delivered');
    expect(receiver.pushes.map(({ path }) => path)).to.deep.equal(['/v1/metrics', '/api/otlp']);
    expect(receiver.pushes[1]?.headers['x-api-key']).to.equal('ours');
    expect(receiver.pushes[1]?.payloads).to.deep.equal(receiver.pushes[0]?.payloads);
  });

  it('ends in a circle of redirects', async () => {
    receiver.answer({ status: 307, headers: { location: '/v1/metrics' } });
    expect((await send()).kind).to.equal('permanent');
    expect(receiver.pushes).to.have.length(4);
  });

  it('follows none that would drop the body, and none that leads nowhere', async () => {
    for (const answer of [
      { status: 302, headers: { location: '/api/otlp' } },
      { status: 307 },
      { status: 307, headers: { location: 'http://[' } },
    ]) {
      receiver.answer(answer);
      expect((await send()).kind).to.equal('permanent');
    }
    expect(receiver.pushes).to.have.length(3);
  });

  it('reads no more of an answer than it needs', async () => {
    receiver.answer({ status: 400, body: 'x'.repeat(10_000_000) });
    expect((await send()).kind).to.equal('permanent');
  });

  it('takes the backend at its word where the connection breaks within the answer', async () => {
    const server = createServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const breaking = await open(`http://127.0.0.1:${port}`);
    expect((await breaking.send(payload, 5000, goesOn)).kind).to.equal('delivered');
    breaking.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it('takes it at its word too where the answer has no end, and lets go of the connection', async () => {
    receiver.answer({ dribble: true });
    const delivery = await withEnoughTime(
      (timeoutMs) => transport.send(payload, timeoutMs, goesOn),
      ({ kind }) => kind === 'delivered',
    );
    expect(delivery.kind).to.equal('delivered');
    await until(() => receiver.openRequests() === 0);
  });

  it('says that time ran out, and lets go of the connection', async () => {
    receiver.answer({ hang: true });
    const delivery = await transport.send(payload, 50, goesOn);
    expect(delivery).to.deep.include({ kind: 'retryable', retryAfterMs: undefined });
    expect('failure' in delivery && delivery.failure.reason).to.equal('no answer within 50 ms');
    await until(() => receiver.openRequests() === 0);
  });

  it('ends what is under way when it is closed, and sends nothing more', async () => {
    receiver.answer({ hang: true });
    const sending = send();
    await receiver.push(1);
    transport.close();
    expect((await sending).kind).to.equal('retryable');
    expect((await send()).kind).to.equal('retryable');
    expect(receiver.pushes).to.have.length(1);
  });

  it('ends what is under way when it is called off', async () => {
    receiver.answer({ hang: true });
    const stop = new AbortController();
    const sending = transport.send(payload, 5000, stop.signal);
    await receiver.push(1);
    stop.abort();
    const delivery = await sending;
    expect('failure' in delivery && delivery.failure.reason).to.equal('the exporter was stopped');
    expect((await transport.send(payload, 5000, stop.signal)).kind).to.equal('retryable');
    expect(receiver.pushes).to.have.length(1);
    await until(() => receiver.openRequests() === 0);
  });

  it('says what each payload is: one that waited may be of another configuration', async () => {
    const { json } = await loadEncodings();
    const waited: Payload = {
      body: gzipSync(json.serialize(sample)),
      contentType: json.contentType,
      contentEncoding: 'gzip',
      dataPoints: 4,
    };
    receiver.answer(accept, { partialSuccess: { rejectedDataPoints: 1, errorMessage: 'late' } });
    await send();
    expect(await transport.send(waited, 5000, goesOn)).to.deep.equal({
      kind: 'delivered',
      partialSuccess: { rejectedDataPoints: 1, errorMessage: 'late' },
    });
    expect(receiver.pushes[1]?.payloads).to.deep.equal(receiver.pushes[0]?.payloads);
  });
});
