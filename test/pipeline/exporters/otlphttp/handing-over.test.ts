import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createCollections } from '../../../fixtures/collections.ts';
import { createExporterContext, type TestContext } from '../../../fixtures/component-context.ts';
import { counter, point, receiverScope, resourceMetrics } from '../../../fixtures/metrics.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../../../fixtures/otlp-receiver.ts';
import { defaults, startExporter, until, type Started } from './setup.ts';

describe('an otlphttp exporter that another of its name follows', () => {
  let receiver: OtlpReceiver;
  let latest: Started | undefined;
  let readAtMs: number;
  let asked: number;
  beforeEach(async () => {
    receiver = await startOtlpReceiver();
    readAtMs = 1_000;
    asked = 0;
  });
  afterEach(async () => {
    await latest?.exporter.shutdown(100);
    await receiver.close();
  });

  /** A pipeline of its own, as each configuration has one: another object for the same reading. */
  const pipeline = (): TestContext => {
    const test = createExporterContext(() => resourceMetrics({}, {}));
    const collect = async () => {
      asked += 1;
      const metrics = [counter({ name: 'read_at' }, point(readAtMs))];
      return createCollections()(resourceMetrics({}, { [receiverScope]: metrics }), readAtMs);
    };
    return { ...test, context: { ...test.context, collect } };
  };

  const follow = async (): Promise<void> => {
    const estate = await latest?.exporter.handOver?.(1_000);
    const before = asked;
    latest = await startExporter({ endpoint: receiver.url }, pipeline(), estate);
    await until(() => asked > before);
  };

  const readingsPushed = () =>
    receiver.pushes.map(({ payloads }) => payloads[0]?.scopes[0]?.metrics[0]?.points[0]?.value);

  it('leaves it to push the next reading, and not the one that both are given', async () => {
    await follow();
    await receiver.push(1);
    await follow();
    await follow();
    readAtMs = 2_000;
    latest?.tick();
    await receiver.push(2);
    expect(readingsPushed()).to.deep.equal([1_000, 2_000]);
  });

  it('leaves it the reading that did not get into the queue before it had to go', async () => {
    const waiting = pipeline();
    let give = (): void => undefined;
    const late = new Promise<void>((resolve) => (give = resolve));
    const collect = () => late.then(waiting.context.collect);
    latest = await startExporter(
      { endpoint: receiver.url },
      { ...waiting, context: { ...waiting.context, collect } },
    );
    const estate = await latest.exporter.handOver?.(20);
    latest = await startExporter({ endpoint: receiver.url }, pipeline(), estate);
    await receiver.push(1);
    give();
    expect(readingsPushed()).to.deep.equal([1_000]);
  });

  it('leaves it how far deltas are, also in the middle of a collection that it cannot wait for', async () => {
    const deltas = { endpoint: receiver.url, temporality: 'delta' } as const;
    let total = 0;
    const counting = (nothingSentAfterMs: number): TestContext => {
      const test = pipeline();
      const collect = async () => {
        total += 5;
        const metrics = [counter({ name: 'counted' }, point(total, {}, { startTime: [500, 0] }))];
        return createCollections()(resourceMetrics({}, { [receiverScope]: metrics }), total);
      };
      return { ...test, context: { ...test.context, collect, nothingSentAfterMs } };
    };
    const first = counting(0);
    let give = (): void => undefined;
    let ready = Promise.resolve();
    const collect = () => ready.then(first.context.collect);
    latest = await startExporter(deltas, { ...first, context: { ...first.context, collect } });
    await until(async () =>
      (await first.own()).some(({ name, value }) => name === 'ebs.collector.exporter.sent' && value === 1),
    );
    ready = new Promise<void>((resolve) => (give = resolve));
    latest.tick();
    const estate = await latest.exporter.handOver?.(20);
    latest = await startExporter(deltas, counting(1_000_000), estate);
    await receiver.push(2);
    give();
    await until(() => total === 15);
    latest.tick();
    await receiver.push(3);
    expect(readingsPushed()).to.deep.equal([5, 5, 10]);
  });

  it('takes what waits along where that one cannot start: it leaves none of it on the disk', async () => {
    receiver.answer({ status: 503 });
    latest = await startExporter({ endpoint: receiver.url }, pipeline());
    await receiver.push(1);
    const estate = await latest.exporter.handOver?.(1_000);
    const storage = await mkdtemp(join(tmpdir(), 'storage-'));
    const directory = join(storage, 'otlphttp%2Ftest');
    // In the place of what is kept of deltas.
    await mkdir(join(directory, 'temporality'), { recursive: true });
    const sending_queue = { ...defaults.sending_queue, storage };
    const start = startExporter(
      { endpoint: receiver.url, sending_queue, temporality: 'delta' },
      pipeline(),
      estate,
    );
    expect(await start.then(() => '', String)).to.include('EISDIR');
    expect(await readdir(directory)).to.deep.equal(['temporality']);
    await rm(storage, { recursive: true });
  });
});
