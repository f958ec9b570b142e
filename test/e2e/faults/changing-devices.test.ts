import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { set, startCollector, type Collector } from '../../fixtures/collector.ts';
import { eventually } from '../../fixtures/eventually.ts';
import { distinctPage, ebsDrive, ebsId, startNode, type TestNode } from '../../fixtures/node.ts';
import { ebsModel } from '../../fixtures/nvme-device/identify.ts';
import { ebsMagic } from '../../fixtures/nvme-device/page.ts';
import { parsePage } from '../../fixtures/page-parser.ts';
import { upByDevice } from './volumes-on-page.ts';

describe('drives that change while they are read', function () {
  this.timeout(60_000);
  let node: TestNode;
  let collector: Collector;

  beforeEach(async () => {
    node = await startNode();
    for (const number of [1, 2, 3]) await node.attach(ebsDrive(number));
    collector = await startCollector([
      ...node.settings,
      ...set('receivers.nvme.read_timeout=30s', 'receivers.nvme.min_interval=1ms'),
    ]);
    expect(upByDevice((await collector.scrape()).body)).to.deep.equal({
      nvme1n1: '1',
      nvme2n1: '1',
      nvme3n1: '1',
    });
  });

  afterEach(async () => {
    await collector?.stop();
    await node?.stop();
  });

  /** Begins a scrape, and resolves once the drive has got the command, which it holds back. */
  const scrapeInto = async (device: string): Promise<{ readonly page: Promise<string> }> => {
    await node.devices.resetCounts(device);
    await node.devices.setMode(device, { type: 'hang' });
    const page = collector.scrape().then(({ body }) => body);
    await eventually(
      'a command',
      async () => (await node.devices.counts(device)).opcodes[2],
      (count) => count === 1,
    );
    return { page };
  };

  /** In the log, which may come behind the page. */
  const said = (): readonly string[] =>
    collector.logs.filter(({ device }) => device === 'nvme2n1').map(({ msg }) => msg);

  /** What each volume is said to have read, by its id. */
  const readsById = (body: string): Readonly<Record<string, number>> =>
    Object.fromEntries(
      [...body.matchAll(/^ebs_total_read_ops_total\{.*volume_id="([^"]+)".*\} (\d+)$/gm)].map(
        ([, id = '', value]) => [id, Number(value)],
      ),
    );

  it('may vanish during a command: the others are there, and it is gone from the next page', async () => {
    const { page } = await scrapeInto('nvme2n1');
    await node.detach(2);
    expect(upByDevice(await page)).to.deep.equal({ nvme1n1: '1', nvme2n1: '0 device_gone', nvme3n1: '1' });
    const { body } = await collector.scrape();
    expect(upByDevice(body)).to.deep.equal({ nvme1n1: '1', nvme3n1: '1' });
    expect(body).to.not.include(ebsId(2));
    const about = await eventually('what is said of it', said, ({ length }) => length >= 3);
    expect(about).to.have.length(3);
    expect(about[1]).to.match(/the device is gone \(detached\)$/);
    expect(about[2]).to.equal('volume detached');
  });

  it('may come back as another volume under the same name: no point of the one is the other’s', async () => {
    const { page } = await scrapeInto('nvme2n1');
    await node.detach(2);
    await node.attach({ number: 2, serial: 'vol00000000000000077', page: distinctPage(77) });
    const expected: Readonly<Record<string, number>> = {
      [ebsId(1)]: distinctPage(1).readOperations,
      [ebsId(2)]: distinctPage(2).readOperations,
      [ebsId(3)]: distinctPage(3).readOperations,
      [ebsId(77)]: distinctPage(77).readOperations,
    };
    const during = await page;
    const after = (await collector.scrape()).body;
    for (const body of [during, after])
      for (const [id, reads] of Object.entries(readsById(body))) expect(reads, id).to.equal(expected[id]);
    expect(Object.keys(readsById(after))).to.have.members([ebsId(1), ebsId(77), ebsId(3)]);
  });

  it('may come back as themselves: with a series that starts anew', async () => {
    await node.detach(2);
    expect(upByDevice((await collector.scrape()).body)).to.not.have.property('nvme2n1');
    await node.attach({ ...ebsDrive(2, { ...distinctPage(2), readOperations: 5 }) });
    expect(readsById((await collector.scrape()).body)[ebsId(2)]).to.equal(5);
    const messages = await eventually('what is said of it', said, ({ length }) => length >= 3);
    expect(messages).to.deep.equal(['volume attached', 'volume detached', 'volume attached']);
  });

  it('may answer garbage: every page keeps to the format, and the others are right', async () => {
    for (let attempt = 0; attempt < 40; attempt++) {
      const garbage = randomBytes(8192);
      // Half of them begin as pages do.
      if (attempt % 2 === 0) garbage.writeUInt32LE(ebsMagic);
      await node.devices.setPage('nvme2n1', garbage);
      const { status, body } = await collector.scrape();
      expect(status).to.equal(200);
      parsePage(body, 'text');
      const { nvme1n1, nvme2n1, nvme3n1 } = upByDevice(body);
      expect({ nvme1n1, nvme3n1 }).to.deep.equal({ nvme1n1: '1', nvme3n1: '1' });
      expect(nvme2n1).to.equal(attempt % 2 === 0 ? '1' : '0 invalid_magic');
      expect(readsById(body)[ebsId(3)]).to.equal(distinctPage(3).readOperations);
    }
    await node.serve(2, distinctPage(2));
    expect(readsById((await collector.scrape()).body)[ebsId(2)]).to.equal(distinctPage(2).readOperations);
  });
});

describe('a sysfs that is half there', function () {
  this.timeout(60_000);
  let node: TestNode;
  let collector: Collector;

  before(async () => {
    node = await startNode();
    await node.attach(ebsDrive(1));
    const inClass = (name: string) => join(node.sysfs.path, 'class/nvme', name);
    const controller = (name: string, files: Readonly<Record<string, string>>) => {
      mkdirSync(inClass(name));
      for (const [file, content] of Object.entries(files)) writeFileSync(join(inClass(name), file), content);
    };
    controller('nvme2', {});
    controller('nvme3', { serial: 'vol00000000000000003\n' });
    controller('nvme4', { serial: 'vol00000000000000004\n', model: `${ebsModel}\n` });
    controller('nvme5', { serial: '', model: ebsModel });
    controller('nvme6', { serial: '\u0000\u00ff\n', model: '\u0000' });
    mkdirSync(join(inClass('nvme6'), 'nvme6n1'));
    symlinkSync('../../devices/pci0000:00/gone/nvme/nvme7', inClass('nvme7'));
    mkdirSync(inClass('nvme-fabrics'));
    writeFileSync(inClass('nvme8'), 'a file');
    mkdirSync(join(inClass('nvme4'), 'nvme40n1'));
    collector = await startCollector([...node.settings, '--set', 'receivers.nvme.min_interval=1ms']);
  });

  after(async () => {
    await collector?.stop();
    await node?.stop();
  });

  it('shows the volumes that are whole, and says nothing of the rest', async () => {
    expect(upByDevice((await collector.scrape()).body)).to.deep.equal({ nvme1n1: '1' });
    expect(collector.logs.filter(({ level }) => level !== 'info')).to.deep.equal([]);
  });

  it('shows a volume as soon as the rest of it comes', async () => {
    rmSync(join(node.sysfs.path, 'class/nvme/nvme4'), { recursive: true });
    await node.attach(ebsDrive(4));
    expect(upByDevice((await collector.scrape()).body)).to.deep.equal({ nvme1n1: '1', nvme4n1: '1' });
  });

  it('shows nothing where it goes as a whole, and everything when it is back', async () => {
    const [sys, away] = [join(node.sysfs.path, 'class'), join(node.sysfs.path, 'away')];
    renameSync(sys, away);
    const { status, body } = await collector.scrape();
    expect(status).to.equal(200);
    expect(upByDevice(body)).to.deep.equal({});
    renameSync(away, sys);
    expect(upByDevice((await collector.scrape()).body)).to.deep.equal({ nvme1n1: '1', nvme4n1: '1' });
  });
});
