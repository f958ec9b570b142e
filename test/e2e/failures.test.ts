import { performance } from 'node:perf_hooks';
import { expect } from 'chai';
import { startCollector, type Collector } from '../fixtures/collector.ts';
import { distinctPage, ebsDrive, ebsId, startNode, type TestNode } from '../fixtures/node.ts';

const readTimeoutMs = 3_000;
const hangMs = 60_000;

describe('drives that fail', function () {
  this.timeout(60_000);
  let node: TestNode;
  let collector: Collector;

  before(async () => {
    node = await startNode();
    for (const number of [1, 2, 3, 4, 5, 6]) await node.attach(ebsDrive(number));
    collector = await startCollector([
      ...node.settings,
      '--set',
      `receivers.nvme.read_timeout=${readTimeoutMs}ms`,
      '--set',
      'receivers.nvme.min_interval=1ms',
    ]);
    expect((await collector.scrape()).body.match(/^ebs_volume_up\{.*\} 1$/gm)).to.have.length(6);
    await node.devices.setMode('nvme2n1', { type: 'hang', forMs: hangMs });
    await node.devices.setMode('nvme3n1', { type: 'status', status: 0x4109 });
    await node.serve(4, { magic: 0xdeadbeef });
    await node.devices.setMode('nvme5n1', { type: 'open-errno', errno: 'EACCES' });
  });

  after(async () => {
    await collector?.stop();
    await node?.stop();
  });

  /** By device: its value, and the error type where there is one. */
  const up = (body: string): Readonly<Record<string, string>> => {
    const volumes: Record<string, string> = {};
    for (const [, device = '', errorType, value = ''] of body.matchAll(
      /^ebs_volume_up\{.*device="(nvme\dn1)".*?(?:,error_type="([a-z_]+)")?\} ([01])$/gm,
    )) {
      volumes[device] = errorType === undefined ? value : `${value} ${errorType}`;
    }
    return volumes;
  };

  const expected = {
    nvme1n1: '1',
    nvme2n1: '0 timeout',
    nvme3n1: '0 nvme_status',
    nvme4n1: '0 invalid_magic',
    nvme5n1: '0 permission_denied',
    nvme6n1: '1',
  };

  it('cost their own points only, within the read timeout, each with its own error type', async () => {
    const startMs = performance.now();
    const { status, body } = await collector.scrape();
    const tookMs = performance.now() - startMs;
    expect(status).to.equal(200);
    expect(up(body)).to.deep.equal(expected);
    // The timeout is a promise of the product, not of the machine: what is beyond it is the page and the scheduler.
    expect(tookMs).to.be.below(readTimeoutMs + 10_000);
    for (const number of [1, 6]) {
      const reads = new RegExp(`^ebs_total_read_ops_total\\{.*${ebsId(number)}"\\} (\\d+)$`, 'm').exec(body);
      expect(Number(reads?.[1])).to.equal(distinctPage(number).readOperations);
    }
    for (const number of [2, 3, 4, 5]) {
      expect(body.match(new RegExp(`^ebs_.*${ebsId(number)}`, 'gm'))).to.have.length(1);
    }
  });

  it('are said once, with what to do', async () => {
    await collector.scrape();
    await collector.scrape();
    const lines = collector.logs.filter(({ level }) => level === 'warn').map(({ msg }) => msg);
    expect(lines.filter((line) => line.includes('nvme5n1'))).to.have.length(1);
    expect(lines.find((line) => line.includes('nvme5n1'))).to.match(
      /^cannot read .*nvme5n1: permission denied \(.+\)$/,
    );
    expect(lines.filter((line) => line.includes('nvme2n1'))).to.have.length(1);
  });

  it('are not asked again while a command is outstanding', async () => {
    const before = (await node.devices.counts('nvme2n1')).opcodes[2];
    const startMs = performance.now();
    for (let scrape = 0; scrape < 5; scrape++)
      expect(up((await collector.scrape()).body)).to.deep.equal(expected);
    expect((await node.devices.counts('nvme2n1')).opcodes[2]).to.equal(before);
    // Five timeouts in a row would take longer.
    expect(performance.now() - startMs).to.be.below(5 * readTimeoutMs);
  });

  it('keep the collector healthy and ready', async () => {
    const { body } = await collector.scrape();
    expect(body).to.match(/^ebs_collector_volumes\{.*kind="ebs".*state="failed"\} 4$/m);
    expect(collector.process.exitCode).to.equal(null);
  });

  it('come back by themselves', async () => {
    for (const device of ['nvme2n1', 'nvme3n1', 'nvme5n1'])
      await node.devices.setMode(device, { type: 'ok' });
    await node.devices.release('nvme2n1');
    await node.serve(4, distinctPage(4));
    let body = '';
    // The answer of the released command is on its way, and a reading of a moment ago is shared.
    do ({ body } = await collector.scrape());
    while (Object.values(up(body)).some((value) => value !== '1'));
    await collector.logged(/can be read again/);
    expect(Object.values(up(body))).to.deep.equal(['1', '1', '1', '1', '1', '1']);
  });
});
