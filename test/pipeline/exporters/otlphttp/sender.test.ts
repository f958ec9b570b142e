import { expect } from 'chai';
import type { Delivery } from '../../../../pipeline/exporters/otlphttp/delivery.ts';
import { createSender } from '../../../../pipeline/exporters/otlphttp/sender.ts';
import type { Unfinished } from '../../../../pipeline/exporters/sending-queue/payload.ts';
import { createExporterContext, type LogLine } from '../../../fixtures/component-context.ts';
import { counter, point, receiverScope, resourceMetrics } from '../../../fixtures/metrics.ts';
import type { OtlpPayload } from '../../../fixtures/otlp/decoder.ts';
import { expectedPayload } from '../../../fixtures/otlp/expected.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../../../fixtures/otlp-receiver.ts';
import { startExporter, until, type Started } from './setup.ts';

const component = { 'otel.component.name': 'otlphttp/test' };
const accept = { accept: true } as const;

const manyPoints = (count: number) =>
  resourceMetrics(
    { 'service.name': 'ebs-nvme-collector' },
    {
      [receiverScope]: ['aws.ebs.volume.io', 'aws.ebs.volume.operations'].map((name) =>
        counter(
          { name },
          ...Array.from({ length: count / 2 }, (_, index) =>
            point(index, { 'aws.ebs.volume.id': `vol-${index}` }),
          ),
        ),
      ),
    },
  );

const valuesOf = ({ scopes }: Pick<OtlpPayload, 'scopes'>): readonly unknown[] =>
  scopes.flatMap(({ metrics }) =>
    metrics.flatMap(({ name, points }) => points.map(({ value }) => [name, value])),
  );

describe('a push that is too large for one request', () => {
  let receiver: OtlpReceiver;
  let started: Started[] = [];
  beforeEach(async () => (receiver = await startOtlpReceiver()));
  afterEach(async () => {
    await Promise.all(started.map(({ exporter }) => exporter.shutdown(100)));
    started = [];
    await receiver.close();
  });

  const start = async (...[config, test]: Parameters<typeof startExporter>): Promise<Started> => {
    const exporter = await startExporter({ endpoint: receiver.url, ...config }, test);
    started.push(exporter);
    return exporter;
  };

  async function own({ own: read }: Started, name: string, attributes: object = component): Promise<unknown> {
    const key = JSON.stringify(attributes);
    return (await read()).find((each) => each.name === name && JSON.stringify(each.attributes) === key)
      ?.value;
  }

  const notable = ({ log }: Started): LogLine[] =>
    log.filter(({ level, msg }) => level !== 'debug' && msg !== 'pushing');

  for (const encoding of ['proto', 'json'] as const) {
    it(`goes in parts where the backend says so, and at once from then on (${encoding})`, async () => {
      const metrics = manyPoints(1000);
      receiver.answer({ largestBytes: 40_000 });
      const exporter = await start(
        { encoding },
        createExporterContext(() => metrics),
      );
      await until(async () => (await own(exporter, 'ebs.collector.exporter.sent')) === 1000);
      expect(notable(exporter).map(({ level, msg }) => ({ level, msg }))).to.deep.equal([
        {
          level: 'warn',
          msg: 'the backend refuses requests of this size: from now on they are smaller',
        },
      ]);
      const first = receiver.pushes.length;
      exporter.tick();
      await until(async () => (await own(exporter, 'ebs.collector.exporter.sent')) === 2000);
      const second = receiver.pushes.slice(first);
      expect(Math.max(...second.map(({ sizeBytes }) => sizeBytes))).to.be.at.most(40_000);
      expect(second.flatMap(({ payloads }) => payloads).flatMap(valuesOf)).to.deep.equal(
        expectedPayload(metrics).scopes.flatMap((scope) => valuesOf({ scopes: [scope] })),
      );
      expect(notable(exporter)).to.have.length(1);
      expect(exporter.exporter.notReady()).to.equal(undefined);
    });
  }

  it('goes in requests of at most max_request_body_size, one after the other', async () => {
    const metrics = manyPoints(1000);
    const exporter = await start(
      { max_request_body_size: 20_000 },
      createExporterContext(() => metrics),
    );
    await until(async () => (await own(exporter, 'ebs.collector.exporter.sent')) === 1000);
    expect(receiver.pushes.length).to.be.greaterThan(1);
    expect(Math.max(...receiver.pushes.map(({ sizeBytes }) => sizeBytes))).to.be.at.most(20_000);
    expect(receiver.mostConcurrent()).to.equal(1);
  });

  it('fails in the end where the backend finds everything too large', async () => {
    receiver.answer({ largestBytes: 0 });
    const exporter = await start(
      {},
      createExporterContext(() => manyPoints(1000)),
    );
    const failed = { ...component, 'error.type': '413' };
    await until(async () => (await own(exporter, 'ebs.collector.exporter.failed', failed)) === 1000);
    expect(exporter.exporter.notReady()).to.equal('last push failed: HTTP 413 Payload Too Large');
    const refused = { ...component, 'error.type': 'refused' };
    await until(async () => (await own(exporter, 'ebs.collector.exporter.dropped', refused)) === 1000);
    expect(receiver.pushes.length).to.be.at.most(20);
  });

  it('goes on after a part that the backend refuses for what is in it', async () => {
    receiver.answer({ status: 400 }, accept);
    const exporter = await start(
      { max_request_body_size: 20_000 },
      createExporterContext(() => manyPoints(1000)),
    );
    const sent = async () => Number((await own(exporter, 'ebs.collector.exporter.sent')) ?? 0);
    const dropped = async () =>
      Number(
        (await own(exporter, 'ebs.collector.exporter.dropped', { ...component, 'error.type': 'refused' })) ??
          0,
      );
    await until(async () => (await sent()) + (await dropped()) === 1000);
    expect(await dropped()).to.be.greaterThan(0);
    expect(await sent()).to.be.greaterThan(0);
    expect(exporter.exporter.notReady()).to.equal('last push failed: HTTP 400 Bad Request');
  });

  it('says once that a part of each push is refused, and works again when none is', async () => {
    const refuse = { status: 400 };
    const exporter = await start(
      { max_request_body_size: 20_000 },
      createExporterContext(() => manyPoints(1000)),
    );
    await until(async () => (await own(exporter, 'ebs.collector.exporter.sent')) === 1000);
    const parts = receiver.pushes.length;
    const others = Array.from({ length: parts - 1 }, () => accept);
    const tick = async (...answers: Parameters<OtlpReceiver['answer']>): Promise<void> => {
      receiver.answer(...answers);
      const before = receiver.pushes.length;
      exporter.tick();
      await until(() => receiver.pushes.length === before + parts && receiver.openRequests() === 0);
    };
    for (let round = 0; round < 3; round++) await tick(refuse, ...others);
    expect(exporter.exporter.notReady()).to.equal('last push failed: HTTP 400 Bad Request');
    await tick(accept);
    await until(() => exporter.exporter.notReady() === undefined);
    expect(notable(exporter).map(({ msg }) => msg)).to.deep.equal([
      'push refused, and dropped: HTTP 400 Bad Request',
      'pushing works again',
    ]);
  });
});

describe('a sender', () => {
  const payloadOf = (text: string) => ({
    id: 'one',
    createdAtMs: 0,
    body: Buffer.from(text),
    contentType: 'application/x-protobuf',
    contentEncoding: undefined,
    dataPoints: text.length,
  });
  const goesOn = new AbortController().signal;
  const failure = { errorType: '503', reason: 'HTTP 503' };
  const away: Delivery = { kind: 'retryable', failure, retryAfterMs: 7 };
  const refused: Delivery = { kind: 'permanent', failure: { errorType: '400', reason: 'HTTP 400' } };
  const delivered: Delivery = { kind: 'delivered', partialSuccess: undefined };

  /** Cuts into letters what is longer; answers by letter. */
  const senderOf = (answers: Record<string, Delivery[]>, unfinished?: Unfinished) => {
    const asked: string[] = [];
    const reported: [number, Delivery['kind']][] = [];
    const sender = createSender({
      transport: {
        send: async ({ body }) => {
          const text = Buffer.from(body).toString();
          asked.push(text);
          if (text.length > 1) return { kind: 'too_large', failure };
          return answers[text]?.shift() ?? delivered;
        },
      },
      cut: async ({ body }) =>
        Buffer.from(body)
          .toString()
          .split('')
          .map((letter) => payloadOf(letter)),
      timeoutMs: 1000,
      report: (dataPoints, { kind }) => reported.push([dataPoints, kind]),
      unfinished,
    });
    return { sender, asked, reported };
  };

  it('sends no part again that was delivered, when another meets a backend that is away', async () => {
    const { sender, asked, reported } = senderOf({ b: [away, away] });
    const outcome = { kind: 'retryable', reason: 'HTTP 503', retryAfterMs: 7, dataPoints: 2 };
    expect(await sender.send(payloadOf('abc'), goesOn)).to.deep.equal(outcome);
    expect(await sender.send(payloadOf('abc'), goesOn)).to.deep.equal(outcome);
    expect(await sender.send(payloadOf('abc'), goesOn)).to.deep.equal({ kind: 'ok' });
    expect(asked).to.deep.equal(['abc', 'a', 'b', 'b', 'b', 'c']);
    expect(reported.map(([, kind]) => kind)).to.deep.equal([
      'delivered',
      'retryable',
      'retryable',
      'delivered',
      'delivered',
    ]);
  });

  it('leaves to the next one where it was', async () => {
    const first = senderOf({ b: [away] });
    await first.sender.send(payloadOf('abc'), goesOn);
    const next = senderOf({}, first.sender.unfinished());
    expect(await next.sender.send(payloadOf('abc'), goesOn)).to.deep.equal({ kind: 'ok' });
    expect(next.asked).to.deep.equal(['b', 'c']);
    expect(next.sender.unfinished()).to.equal(undefined);
  });

  it('begins anew with another payload', async () => {
    const first = senderOf({ b: [away] });
    await first.sender.send(payloadOf('abc'), goesOn);
    const next = senderOf({}, first.sender.unfinished());
    await next.sender.send({ ...payloadOf('xy'), id: 'two' }, goesOn);
    expect(next.asked).to.deep.equal(['xy', 'x', 'y']);
  });

  it('counts the parts that were refused, also before a retry', async () => {
    const { sender } = senderOf({ a: [refused], c: [away] });
    expect(await sender.send(payloadOf('abcd'), goesOn)).to.deep.include({ dataPoints: 3 });
    expect(await sender.send(payloadOf('abcd'), goesOn)).to.deep.include({
      kind: 'permanent',
      dataPoints: 1,
    });
  });

  it('gives up what is too large and cannot be taken apart: it would keep all behind it waiting', async () => {
    const reported: Delivery['kind'][] = [];
    const sender = createSender({
      transport: { send: async () => ({ kind: 'too_large', failure }) },
      cut: () => Promise.reject(new Error('the payload is no OTLP request')),
      timeoutMs: 1000,
      report: (_, { kind }) => reported.push(kind),
      unfinished: undefined,
    });
    expect(await sender.send(payloadOf('abc'), goesOn)).to.include({ kind: 'permanent', dataPoints: 3 });
    expect(reported).to.deep.equal(['too_large']);
  });

  it('says nothing of what was called off', async () => {
    const { sender, reported } = senderOf({ a: [away] });
    await sender.send(payloadOf('a'), AbortSignal.abort());
    expect(reported).to.deep.equal([]);
  });
});
