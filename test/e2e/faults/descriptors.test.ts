import { Agent } from 'node:http';
import { expect } from 'chai';
import { startCollector, type Collector } from '../../fixtures/collector.ts';
import { eventually } from '../../fixtures/eventually.ts';
import { fetchText } from '../../fixtures/http.ts';
import { ebsDrive, startNode, type TestNode } from '../../fixtures/node.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../../fixtures/otlp-receiver.ts';
import { descriptorsOf, limitDescriptors } from '../../fixtures/process-facts.ts';
import { pushEvery } from './push-settings.ts';
import { upByDevice } from './volumes-on-page.ts';

describe('descriptors that run out', function () {
  this.timeout(60_000);
  let node: TestNode;
  let backend: OtlpReceiver;
  let collector: Collector;
  let agent: Agent;

  before(async () => {
    agent = new Agent({ keepAlive: true, maxSockets: 1 });
    node = await startNode();
    backend = await startOtlpReceiver();
    for (const number of [1, 2, 3]) await node.attach(ebsDrive(number));
    collector = await startCollector([...node.settings, ...pushEvery('200ms', backend)]);
  });

  after(async () => {
    agent.destroy();
    await collector?.stop();
    await node?.stop();
    await backend?.close();
  });

  /** On a connection that is kept, as Prometheus keeps its own. */
  const scrape = (path = '/metrics') => fetchText(`${collector.url}${path}`, { agent });

  const readable = { nvme1n1: '1', nvme2n1: '1', nvme3n1: '1' };

  it('leave every scrape answered, with what to do', async () => {
    expect(upByDevice((await scrape()).body)).to.deep.equal(readable);
    await backend.push(1);
    const pid = collector.process.pid ?? 0;
    limitDescriptors(pid, Math.min(...descriptorsOf(pid).filter((fd) => fd > 2)));
    for (let attempt = 0; attempt < 10; attempt++) {
      const { status, body } = await scrape();
      expect(status).to.equal(500);
      expect(body).to.match(
        /^cannot collect metrics: cannot list \S+\/class\/nvme: too many open files \(raise the limit: /,
      );
    }
    expect((await scrape('/healthz')).status).to.equal(200);
  });

  it('are said once by each who misses them', async () => {
    await collector.logged(/^push failed/);
    // A connection that was idle for too long is an error of its own.
    const errors = collector.logs.filter(
      ({ level, msg }) => level === 'error' && !msg.includes('connect EMFILE'),
    );
    expect(errors.map(({ component }) => component)).to.have.members(['otlphttp', 'prometheus']);
    for (const error of errors) expect(JSON.stringify(error)).to.include('raise the limit');
  });

  it('take no volume away: when they are back, everything goes on where it was', async () => {
    const pushed = backend.pushes.length;
    limitDescriptors(collector.process.pid ?? 0, 512);
    expect(upByDevice((await scrape()).body)).to.deep.equal(readable);
    await eventually(
      'pushes',
      () => backend.pushes.length,
      (count) => count >= pushed + 2,
    );
    await collector.logged('metrics are served again');
    await collector.logged('pushing works again');
    expect(collector.logs.filter(({ msg }) => msg === 'volume attached')).to.have.length(3);
    expect(collector.logs.filter(({ msg }) => msg === 'volume detached')).to.have.length(0);
    expect(upByDevice((await collector.scrape()).body)).to.deep.equal(readable);
  });
});

describe('descriptors that the reader process runs out of', function () {
  this.timeout(60_000);
  let node: TestNode;
  let collector: Collector;

  before(async () => {
    node = await startNode();
    for (const number of [1, 2, 3]) await node.attach(ebsDrive(number));
    collector = await startCollector([...node.settings, '--set', 'receivers.nvme.min_interval=1ms']);
  });

  after(async () => {
    await collector?.stop();
    await node?.stop();
  });

  it('fail its volumes, with what to do, until there are some again', async () => {
    const pid = Number((await collector.logged('privileges are separated'))['reader_pid']);
    const all = (state: string) => ({ nvme1n1: state, nvme2n1: state, nvme3n1: state });
    // Joins the reading that the collector begins with, which is not to be under way when descriptors run out.
    expect(upByDevice((await collector.scrape()).body)).to.deep.equal(all('1'));
    limitDescriptors(pid, Math.min(...descriptorsOf(pid).filter((fd) => fd > 2)));
    for (let attempt = 0; attempt < 5; attempt++)
      expect(upByDevice((await collector.scrape()).body)).to.deep.equal(all('0 io_error'));
    limitDescriptors(pid, 512);
    expect(upByDevice((await collector.scrape()).body)).to.deep.equal(all('1'));
    const warnings = collector.logs.filter(({ level }) => level === 'warn').map(({ msg }) => msg);
    expect(warnings).to.have.length(3);
    for (const warning of warnings) expect(warning).to.match(/too many open files \(raise the limit: .+\)$/);
  });
});
