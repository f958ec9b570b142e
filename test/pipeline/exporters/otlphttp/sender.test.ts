import { expect } from 'chai';
import { createExporterContext, type LogLine } from '../../../fixtures/component-context.ts';
import { counter, point, receiverScope, resourceMetrics } from '../../../fixtures/metrics.ts';
import type { OtlpPayload } from '../../../fixtures/otlp/decoder.ts';
import { expectedPayload } from '../../../fixtures/otlp/expected.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../../../fixtures/otlp-receiver.ts';
import { startExporter, until, type Started } from './setup.ts';

const component = { 'otel.component.name': 'otlphttp/test' };
const unavailable = { status: 503, headers: { 'retry-after': '60' } };
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
    await until(() => exporter.exporter.notReady() !== undefined);
    expect(exporter.exporter.notReady()).to.equal('last push failed: HTTP 413 Payload Too Large');
    const failed = { ...component, 'error.type': '413' };
    expect(await own(exporter, 'ebs.collector.exporter.failed', failed)).to.equal(1000);
    expect(receiver.pushes.length).to.be.at.most(20);
  });

  it('ends with the part that finds the backend away; the rest counts as failed', async () => {
    receiver.answer(accept, unavailable);
    const exporter = await start(
      { max_request_body_size: 20_000 },
      createExporterContext(() => manyPoints(1000)),
    );
    await until(() => exporter.exporter.notReady() !== undefined);
    expect(receiver.pushes).to.have.length(2);
    const failed = { ...component, 'error.type': '503' };
    const sent = Number(await own(exporter, 'ebs.collector.exporter.sent'));
    expect(sent).to.be.greaterThan(0);
    expect(await own(exporter, 'ebs.collector.exporter.failed', failed)).to.equal(1000 - sent);
  });

  it('goes on after a part that the backend refuses for what is in it', async () => {
    receiver.answer({ status: 400 }, accept);
    const exporter = await start(
      { max_request_body_size: 20_000 },
      createExporterContext(() => manyPoints(1000)),
    );
    await until(() => exporter.exporter.notReady() !== undefined);
    const failed = { ...component, 'error.type': '400' };
    const points = Number(await own(exporter, 'ebs.collector.exporter.failed', failed));
    expect(points).to.be.greaterThan(0);
    expect(await own(exporter, 'ebs.collector.exporter.sent')).to.equal(1000 - points);
  });
});
