import { expect } from 'chai';
import { createExporterContext, type LogLine } from '../../../fixtures/component-context.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../../../fixtures/otlp-receiver.ts';
import { sample, startExporter, until, type Started } from './setup.ts';

const component = { 'otel.component.name': 'otlphttp/test' };
/** Nothing is retried that may come again only after the push's own timeout. */
const unavailable = { status: 503, headers: { 'retry-after': '60' } };
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

  it('never has two pushes under way: ticks meanwhile are skipped and counted', async () => {
    receiver.answer({ hang: true });
    const exporter = await start({});
    await receiver.push(1);
    exporter.tick();
    exporter.tick();
    expect(await own(exporter, 'ebs.collector.exporter.skipped')).to.equal(2);
    expect(receiver.pushes).to.have.length(1);
    expect(receiver.mostConcurrent()).to.equal(1);
  });

  it('says once that pushing fails and once that it works again', async () => {
    receiver.answer(unavailable, unavailable, unavailable, accept);
    const exporter = await start({});
    expect(exporter.exporter.notReady()).to.equal(undefined);
    await until(() => exporter.exporter.notReady() !== undefined);
    expect(exporter.exporter.notReady()).to.equal('last push failed: HTTP 503 Service Unavailable');
    expect(await own(exporter, 'ebs.collector.exporter.ready')).to.equal(0);
    await until(() => {
      exporter.tick();
      return exporter.exporter.notReady() === undefined;
    });
    expect(notable(exporter)).to.deep.equal([
      {
        ts: '1970-01-01T00:00:00.000Z',
        level: 'error',
        msg: 'push failed: HTTP 503 Service Unavailable',
        'error.type': '503',
      },
      { ts: '1970-01-01T00:00:00.000Z', level: 'info', msg: 'pushing works again', failed_pushes: 3 },
    ]);
    expect(
      await own(exporter, 'ebs.collector.exporter.failed', { ...component, 'error.type': '503' }),
    ).to.equal(12);
  });

  it('says so when the reason changes while pushing fails', async () => {
    receiver.answer(unavailable, { status: 401, body: 'unknown key' }, accept);
    const exporter = await start({});
    await until(() => exporter.exporter.notReady() !== undefined);
    await until(() => {
      exporter.tick();
      return exporter.exporter.notReady() === undefined;
    });
    expect(notable(exporter).map(({ msg }) => msg)).to.deep.equal([
      'push failed: HTTP 503 Service Unavailable',
      'push failed: HTTP 401 Unauthorized: unknown key',
      'pushing works again',
    ]);
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
    receiver.answer({ dribble: true }, accept);
    const exporter = await start({ timeout: 150 });
    await until(() => exporter.exporter.notReady() !== undefined);
    expect(exporter.exporter.notReady()).to.equal('last push failed: no answer within 150 ms');
    await until(() => {
      exporter.tick();
      return exporter.exporter.notReady() === undefined;
    });
  });

  it('sends again what a closed connection lost', async () => {
    receiver.answer({ closeConnection: true }, accept);
    const exporter = await start({});
    await receiver.push(2);
    await until(async () => (await own(exporter, 'ebs.collector.exporter.sent')) === 4);
    expect(notable(exporter)).to.deep.equal([]);
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
