import { expect } from 'chai';
import { createExporterContext, type LogLine } from '../../../fixtures/component-context.ts';
import { withEnoughTime } from '../../../fixtures/enough-time.ts';
import { counter, point, receiverScope, resourceMetrics } from '../../../fixtures/metrics.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../../../fixtures/otlp-receiver.ts';
import { noRetries, quickRetries, sample, startExporter, until, type Started } from './setup.ts';

const component = { 'otel.component.name': 'otlphttp/test' };
const unavailable = { status: 503 };
const accept = { accept: true } as const;

describe('an otlphttp exporter', () => {
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

  it('pushes right after the start and with every tick', async () => {
    const exporter = await start({});
    await receiver.push(1);
    await until(() => {
      exporter.tick();
      return receiver.pushes.length >= 2;
    });
  });

  it('takes the interval of its own, else the receiver’s', async () => {
    expect((await start({ interval: 30_000 })).intervalsMs).to.deep.equal([30_000]);
    expect((await start({})).intervalsMs).to.deep.equal([10_000]);
  });

  it('counts the data points that the backend took', async () => {
    const exporter = await start({});
    await until(async () => (await own(exporter, 'ebs.collector.exporter.sent')) !== undefined);
    expect(await own(exporter, 'ebs.collector.exporter.sent')).to.equal(4);
    expect(await own(exporter, 'ebs.collector.exporter.ready')).to.equal(1);
  });

  it('never has two requests under way: what is collected meanwhile waits', async () => {
    receiver.answer({ hang: true });
    const exporter = await start({});
    await receiver.push(1);
    for (const waiting of [2, 3]) {
      exporter.tick();
      await until(async () => (await own(exporter, 'ebs.collector.exporter.queue.size')) === waiting);
    }
    expect(await own(exporter, 'ebs.collector.exporter.queue.capacity')).to.equal(1000);
    expect(await own(exporter, 'ebs.collector.exporter.skipped')).to.equal(0);
    expect(receiver.pushes).to.have.length(1);
  });

  it('never has two collections under way: ticks meanwhile are skipped and counted', async () => {
    const test = createExporterContext(() => sample);
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const collect = () => ended.then(test.context.collect);
    const exporter = await start({}, { ...test, context: { ...test.context, collect } });
    exporter.tick();
    exporter.tick();
    expect(await own(exporter, 'ebs.collector.exporter.skipped')).to.equal(2);
    end();
    await receiver.push(1);
  });

  it('pushes a reading once, though it is given it twice', async () => {
    const test = createExporterContext(() => sample);
    const once = await test.context.collect();
    let asked = 0;
    const collect = async () => {
      asked += 1;
      return asked <= 3 ? once : test.context.collect();
    };
    const exporter = await start({}, { ...test, context: { ...test.context, collect } });
    await until(() => {
      exporter.tick();
      return asked >= 3;
    });
    await receiver.push(1);
    await until(async () => (await own(exporter, 'ebs.collector.exporter.queue.size')) === 0);
    expect(receiver.pushes).to.have.length(1);
    exporter.tick();
    await receiver.push(2);
  });

  it('pushes in order what was collected while the backend was away', async () => {
    receiver.answer(unavailable);
    let readings = 0;
    const exporter = await start(
      { retry_on_failure: quickRetries },
      createExporterContext(() =>
        resourceMetrics({}, { [receiverScope]: [counter({ name: 'readings' }, point(++readings))] }),
      ),
    );
    await until(() => {
      exporter.tick();
      return readings >= 5;
    });
    receiver.answer(accept);
    const refused = receiver.pushes.length;
    const values = () =>
      receiver.pushes
        .slice(refused)
        .map(({ payloads }) => payloads[0]?.scopes[0]?.metrics[0]?.points[0]?.value);
    await until(() => values().at(-1) === readings);
    expect(values().slice(-readings)).to.deep.equal(
      Array.from({ length: readings }, (_, index) => index + 1),
    );
  });

  it('says once that pushing fails and once that it works again', async () => {
    receiver.answer(unavailable);
    const exporter = await start({ retry_on_failure: quickRetries });
    expect(exporter.exporter.notReady()).to.equal(undefined);
    await until(() => receiver.pushes.length >= 3);
    expect(exporter.exporter.notReady()).to.equal('last push failed: HTTP 503 Service Unavailable');
    expect(await own(exporter, 'ebs.collector.exporter.ready')).to.equal(0);
    receiver.answer(accept);
    await until(() => exporter.exporter.notReady() === undefined);
    const failures = receiver.pushes.length - 1;
    expect(notable(exporter)).to.deep.equal([
      {
        ts: '1970-01-01T00:00:00.000Z',
        level: 'error',
        msg: 'push failed: HTTP 503 Service Unavailable',
        'error.type': '503',
      },
      {
        ts: '1970-01-01T00:00:00.000Z',
        level: 'info',
        msg: 'pushing works again',
        failed_requests: failures,
      },
    ]);
    expect(
      await own(exporter, 'ebs.collector.exporter.failed', { ...component, 'error.type': '503' }),
    ).to.equal(4 * failures);
    expect(await own(exporter, 'ebs.collector.exporter.sent')).to.equal(4);
  });

  it('says so when the reason changes while pushing fails', async () => {
    receiver.answer(unavailable, { status: 401, body: 'unknown key' }, accept);
    const exporter = await start({ retry_on_failure: quickRetries });
    await receiver.push(2);
    await until(() => {
      exporter.tick();
      return exporter.exporter.notReady() === undefined;
    });
    expect(notable(exporter).map(({ msg }) => msg)).to.deep.equal([
      'push failed: HTTP 503 Service Unavailable',
      'push refused, and dropped: HTTP 401 Unauthorized: unknown key',
      'pushing works again',
    ]);
    const refused = { ...component, 'error.type': 'refused' };
    expect(await own(exporter, 'ebs.collector.exporter.dropped', refused)).to.equal(4);
  });

  it('is ready again after a failed collection, and pushes nothing meanwhile', async () => {
    let broken = true;
    const exporter = await start(
      {},
      createExporterContext(() => {
        if (broken) throw new Error('no /sys/class/nvme');
        return sample;
      }),
    );
    await until(() => exporter.exporter.notReady() !== undefined);
    expect(exporter.exporter.notReady()).to.equal('last push failed: nothing to send: no /sys/class/nvme');
    expect(receiver.pushes).to.have.length(0);
    broken = false;
    exporter.tick();
    await receiver.push(1);
    await until(() => exporter.exporter.notReady() === undefined);
  });

  it('gives a backend that never ends its answer no longer than the timeout, and goes on', async () => {
    const outcome = await withEnoughTime(
      async (timeout) => {
        receiver.answer({ dribble: true }, accept);
        const before = receiver.pushes.length;
        const exporter = await start({ timeout, retry_on_failure: quickRetries });
        await receiver.push(before + 1);
        exporter.tick();
        await until(async () => (await own(exporter, 'ebs.collector.exporter.sent')) === 8);
        return { pushes: receiver.pushes.length - before, notReady: exporter.exporter.notReady() };
      },
      ({ pushes }) => pushes === 2,
    );
    // What it said first was that it took it: that is not sent again.
    expect(outcome).to.deep.equal({ pushes: 2, notReady: undefined });
  });

  it('sends again what a closed connection lost', async () => {
    receiver.answer({ closeConnection: true }, accept);
    const exporter = await start({ retry_on_failure: quickRetries });
    await receiver.push(2);
    await until(async () => (await own(exporter, 'ebs.collector.exporter.sent')) === 4);
    expect(exporter.exporter.notReady()).to.equal(undefined);
  });

  it('gives up at once where retries are off, and says so', async () => {
    receiver.answer(unavailable, accept);
    const exporter = await start({ retry_on_failure: noRetries });
    await receiver.push(1);
    await until(() => {
      exporter.tick();
      return exporter.exporter.notReady() === undefined && receiver.pushes.length > 1;
    });
    const given = { ...component, 'error.type': 'retries_exhausted' };
    expect(await own(exporter, 'ebs.collector.exporter.dropped', given)).to.equal(4);
    expect(notable(exporter).map(({ msg }) => msg)).to.include(
      'the backend does not take what it is sent: it is given up',
    );
  });

  it('follows no redirect to elsewhere: headers are for the endpoint that was configured', async () => {
    const elsewhere = await startOtlpReceiver();
    receiver.answer({ status: 307, headers: { location: `${elsewhere.url}/v1/metrics` } });
    const exporter = await start({ headers: { 'x-api-key': 'ours' } });
    await until(() => exporter.exporter.notReady() !== undefined);
    expect(notable(exporter)).to.have.length(1);
    expect(notable(exporter)[0]?.hint).to.contain(`set the endpoint to ${elsewhere.url}/v1/metrics`);
    expect(elsewhere.pushes).to.have.length(0);
    await elsewhere.close();
  });

  describe('of a backend that takes only a part', () => {
    const rejecting = { partialSuccess: { rejectedDataPoints: 3, errorMessage: 'too old' } };
    for (const encoding of ['proto', 'json'] as const) {
      it(`says so once and counts the rejected points (${encoding})`, async () => {
        receiver.answer(rejecting, rejecting, accept);
        const exporter = await start({ encoding });
        await until(() => {
          exporter.tick();
          return receiver.pushes.length >= 3;
        });
        await until(() => notable(exporter).length === 2);
        expect(notable(exporter).map(({ level, msg, answer }) => ({ level, msg, answer }))).to.deep.equal([
          {
            level: 'warn',
            msg: 'the backend took only a part of the data, or has a warning',
            answer: '{"rejectedDataPoints":3,"errorMessage":"too old"}',
          },
          { level: 'info', msg: 'the backend takes everything again', answer: undefined },
        ]);
        const rejected = { ...component, 'error.type': 'rejected' };
        expect(await own(exporter, 'ebs.collector.exporter.failed', rejected)).to.equal(6);
      });
    }
  });
});
