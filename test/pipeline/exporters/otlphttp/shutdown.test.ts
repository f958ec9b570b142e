import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createOtlpHttpExporter } from '../../../../pipeline/exporters/otlphttp/exporter.ts';
import { createExporterContext } from '../../../fixtures/component-context.ts';
import { counter, point, receiverScope, resourceMetrics } from '../../../fixtures/metrics.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../../../fixtures/otlp-receiver.ts';
import { defaults, startExporter, until } from './setup.ts';

describe('the shutdown of an otlphttp exporter', () => {
  let receiver: OtlpReceiver;
  beforeEach(async () => (receiver = await startOtlpReceiver()));
  afterEach(() => receiver.close());

  it('sends what there is at that moment, and then nothing more', async () => {
    let readings = 0;
    const test = createExporterContext(() =>
      resourceMetrics({}, { [receiverScope]: [counter({ name: 'readings' }, point(++readings))] }),
    );
    const { exporter, tick } = await startExporter({ endpoint: receiver.url }, test);
    await receiver.push(1);
    await exporter.shutdown(5000);
    tick();
    const values = receiver.pushes.map(
      ({ payloads }) => payloads[0]?.scopes[0]?.metrics[0]?.points[0]?.value,
    );
    expect(values).to.deep.equal([1, 2]);
  });

  it('waits for the push under way instead of sending beside it', async () => {
    receiver.answer({ accept: true, delayMs: 100 });
    const { exporter } = await startExporter({ endpoint: receiver.url });
    await receiver.push(1);
    await exporter.shutdown(5000);
    expect(receiver.pushes).to.have.length(2);
    expect(receiver.mostConcurrent()).to.equal(1);
  });

  it('ends in its time when the backend hangs, and closes every connection', async () => {
    receiver.answer({ hang: true });
    const { exporter } = await startExporter({ endpoint: receiver.url });
    await receiver.push(1);
    await exporter.shutdown(50);
    await until(() => receiver.openRequests() === 0);
  });

  it('does not wait long for a backend that did not work before', async () => {
    receiver.answer({ status: 500 }, { hang: true });
    const { exporter } = await startExporter({ endpoint: receiver.url, timeout: 600_000 });
    await until(() => exporter.notReady() !== undefined);
    // Far beyond the test's own timeout.
    await exporter.shutdown(600_000);
    expect(receiver.pushes).to.have.length(2);
  });

  it('ends in its time when the collection hangs', async () => {
    const test = createExporterContext(() => resourceMetrics({}, {}));
    const never = { ...test.context, collect: () => new Promise<never>(() => {}) };
    const { exporter } = await startExporter({ endpoint: receiver.url }, { ...test, context: never });
    await exporter.shutdown(50);
  });

  describe('with a queue on disk', () => {
    let storage: string;
    beforeEach(async () => (storage = await mkdtemp(join(tmpdir(), 'storage-'))));
    afterEach(() => rm(storage, { recursive: true }));
    const settings = () => ({
      endpoint: receiver.url,
      sending_queue: { ...defaults.sending_queue, storage },
    });

    it('leaves there what was not taken, with what there is at that moment, for the next start', async () => {
      receiver.answer({ status: 503 });
      const first = await startExporter(settings());
      await until(() => first.exporter.notReady() !== undefined);
      await first.exporter.shutdown(5000);
      expect(first.log.map(({ msg }) => msg)).to.include(
        'requests stay in the queue on disk, for the next start',
      );
      const refused = receiver.pushes.length;
      receiver.answer({ accept: true });
      const second = await startExporter(settings());
      await receiver.push(refused + 3);
      await second.exporter.shutdown(5000);
    });

    it('gives it free, and does not start where another has it', async () => {
      const { exporter } = await startExporter(settings());
      const failure = await startExporter(settings()).catch((error: Error) => error.message);
      expect(failure).to.include(`cannot use ${storage}/otlphttp%2Ftest: process ${process.pid}`);
      await exporter.shutdown(1000);
      const again = await startExporter(settings());
      await again.exporter.shutdown(1000);
    });
  });

  it('takes its gauge with it', async () => {
    const { exporter, own } = await startExporter({ endpoint: receiver.url });
    await exporter.shutdown(1000);
    expect((await own()).map(({ name }) => name)).not.to.include('ebs.collector.exporter.ready');
  });

  it('is nothing special for one that never started', async () => {
    const { context } = createExporterContext(() => resourceMetrics({}, {}));
    await createOtlpHttpExporter({ ...defaults, endpoint: receiver.url }, context).shutdown(50);
    expect(receiver.pushes).to.have.length(0);
  });
});
