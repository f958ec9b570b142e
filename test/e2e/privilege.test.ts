import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { set, startCollector, type Collector } from '../fixtures/collector.ts';
import { eventually } from '../fixtures/eventually.ts';
import { distinctPage, ebsDrive, startNode, type TestNode } from '../fixtures/node.ts';
import { buildIdentify } from '../fixtures/nvme-device/identify.ts';
import { samplesOf } from './expected-page.ts';

/** The collector as two processes: what each may do, as the kernel says it, and attempts at what it may not. */

const statusOf = (path: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readFileSync(join(path, 'status'), 'utf8')
      .split('\n')
      .map((line) => line.split(/:\s*/, 2))
      .map(([key = '', value = '']) => [key, value.trim().replaceAll('\t', ' ')]),
  );
/** Of every thread of a process. One of a pool may end while they are looked at. */
const threadsOf = (pid: number): readonly ReturnType<typeof statusOf>[] =>
  readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    try {
      return [statusOf(`/proc/${pid}/task/${thread}`)];
    } catch (error) {
      if (/^(ENOENT|ESRCH)$/.test((error as NodeJS.ErrnoException).code ?? '')) return [];
      throw error;
    }
  });
const parentOf = (pid: number): number => Number(statusOf(`/proc/${pid}`)['PPid']);
const nothing = '0000000000000000';
const sysAdmin = '0000000000200000';

const nobody = {
  Uid: '65532 65532 65532 65532',
  Gid: '65532 65532 65532 65532',
  Groups: '',
  CapInh: nothing,
  CapPrm: nothing,
  CapEff: nothing,
  CapBnd: nothing,
  CapAmb: nothing,
  NoNewPrivs: '1',
};
const confined = {
  Groups: '',
  CapInh: nothing,
  CapPrm: sysAdmin,
  CapEff: sysAdmin,
  CapBnd: sysAdmin,
  CapAmb: nothing,
  NoNewPrivs: '1',
  Seccomp: '2',
};

describe('a collector that was started as root', function () {
  this.timeout(60_000);
  let node: TestNode;
  let collector: Collector;
  let pid: number;
  let readerPid: number;

  before(async () => {
    node = await startNode();
    for (const number of [1, 2, 3]) await node.attach(ebsDrive(number));
    collector = await startCollector([...node.settings, '--set', 'receivers.nvme.min_interval=1ms']);
    pid = collector.process.pid ?? 0;
    readerPid = Number((await collector.logged('privileges are separated'))['reader_pid']);
  });

  after(async () => {
    await collector?.stop();
    await node?.stop();
  });

  const page = async (): Promise<Map<string, number>> => samplesOf((await collector.scrape()).body);
  const ups = async (): Promise<readonly number[]> =>
    [...(await page())].filter(([name]) => name.startsWith('ebs_volume_up{')).map(([, value]) => value);

  it('reads its volumes as ever', async () => {
    const operations = [...(await page())].filter(([name]) => name.startsWith('ebs_total_read_ops_total{'));
    expect(operations.map(([, value]) => value)).to.deep.equal(
      [1, 2, 3].map((number) => distinctPage(number).readOperations),
    );
  });

  it('is nobody, and has no capability and none to gain, in any of its threads', () => {
    const threads = threadsOf(pid);
    expect(threads.length).to.be.greaterThan(5);
    for (const thread of threads) expect(thread).to.include(nobody);
  });

  it('leaves CAP_SYS_ADMIN, and nothing else, to a reader and its keeper, whose system calls are filtered', () => {
    const keeperPid = parentOf(readerPid);
    expect(parentOf(keeperPid)).to.equal(pid);
    for (const process of [readerPid, keeperPid]) {
      const threads = threadsOf(process);
      expect(threads).not.to.deep.equal([]);
      for (const thread of threads) expect(thread).to.include(confined);
    }
  });

  it('gives the reader a channel, and no other file', () => {
    const open = readdirSync(`/proc/${readerPid}/fd`).map((fd) =>
      readlinkSync(`/proc/${readerPid}/fd/${fd}`),
    );
    expect(open.filter((target) => target !== '/dev/null' && !target.startsWith('socket:'))).to.deep.equal(
      [],
    );
    expect(open.filter((target) => target.startsWith('socket:'))).to.have.length(1);
    expect(readlinkSync(`/proc/${readerPid}/root`)).to.equal(node.devices.devPath);
    expect(readFileSync(`/proc/${readerPid}/environ`, 'utf8')).to.equal('');
  });

  it('goes on when the reader is killed, says so once, and reads again with another one', async () => {
    const from = collector.logs.length;
    process.kill(readerPid, 'SIGKILL');
    const ended = await collector.logged(/^the reader process ended: killed by SIGKILL/, from);
    expect(ended.level).to.equal('error');
    const started = await collector.logged('another reader process was started', from);
    expect(started['pid']).to.not.equal(readerPid);
    readerPid = Number(started['pid']);
    expect(statusOf(`/proc/${readerPid}`)).to.include(confined);
    await eventually('readable volumes', ups, (values) => values.every((value) => value === 1));
    expect(
      collector.logs.slice(from).filter(({ msg }) => msg.startsWith('the reader process ended')),
    ).to.have.length(1);
  });

  it('says of every volume that the reader is gone, while it is', async () => {
    await node.devices.setMode('nvme2n1', { type: 'hang' });
    await node.devices.resetCounts('nvme2n1');
    const from = collector.logs.length;
    const scrape = page();
    await eventually(
      'a command',
      async () => (await node.devices.counts('nvme2n1')).last?.opcode,
      (code) => code === 2,
    );
    process.kill(readerPid, 'SIGKILL');
    // It is gone once the kernel lets go of the thread that asks.
    await node.devices.setMode('nvme2n1', { type: 'ok' });
    await node.devices.release('nvme2n1');
    const failed = await collector.logged(
      /the reader process ended \(killed by SIGKILL\); another one is started/,
      from,
    );
    expect(failed).to.include({ level: 'warn', 'error.type': 'io_error' });
    await scrape;
    readerPid = Number((await collector.logged('another reader process was started', from))['pid']);
    await eventually('readable volumes', ups, (values) => values.every((value) => value === 1));
  });

  it('takes its reader along when it ends, also when it is killed', async () => {
    const keeperPid = parentOf(readerPid);
    collector.signal('SIGKILL');
    await collector.stop();
    const isThere = (process: number) => spawnSync('kill', ['-0', String(process)]).status === 0;
    await eventually(
      'the end',
      async () => [isThere(readerPid), isThere(keeperPid)],
      (each) => !each.includes(true),
    );
  });
});

describe('service.privilege.separate', function () {
  this.timeout(60_000);
  let node: TestNode;
  let collector: Collector | undefined;
  let folder: string;

  before(async () => {
    node = await startNode();
    await node.attach(ebsDrive(1));
    folder = mkdtempSync(join(tmpdir(), 'privilege-'));
  });

  afterEach(async () => {
    await collector?.stop();
    collector = undefined;
  });

  after(async () => {
    await node?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const separate = (value: string): readonly string[] => ['--set', `service.privilege.separate=${value}`];

  it('never leaves everything to one process', async () => {
    collector = await startCollector([...node.settings, ...separate('never')]);
    expect(statusOf(`/proc/${collector.process.pid}`)['Uid']).to.equal('0 0 0 0');
    expect(collector.logs.map(({ msg }) => msg)).to.not.include('privileges are separated');
  });

  it('auto gives up privileges for simulated volumes too, which need no reader', async () => {
    collector = await startCollector(['--simulate', '1']);
    expect(statusOf(`/proc/${collector.process.pid}`)).to.include(nobody);
    expect(await collector.logged('privileges are separated')).to.not.have.property('reader_pid');
  });

  it('auto says so where the collector can open nodes all the same', async () => {
    const devPath = mkdtempSync(join(tmpdir(), 'nodes-'));
    chmodSync(devPath, 0o755);
    writeFileSync(join(devPath, 'nvme7n1'), '', { mode: 0o644 });
    const settings = [`receivers.nvme.dev_path=${devPath}`, `receivers.nvme.sys_path=${node.sysfs.path}`];
    const endpoint = 'exporters.prometheus.endpoint=127.0.0.1:0';
    collector = await startCollector(set(...settings, endpoint));
    const warning = await collector.logged(/^the collector can open device nodes itself/);
    expect(warning).to.include({ level: 'warn', device: 'nvme7n1' });
    await collector.stop();
    rmSync(devPath, { recursive: true });

    collector = await startCollector([...node.settings]);
    await collector.logged('privileges are separated');
    expect(collector.logs.map(({ level }) => level)).to.not.include('warn');
  });

  it('auto says why it stays one process where the other user could not read the configuration', async () => {
    const file = join(folder, 'collector.yaml');
    writeFileSync(
      file,
      'exporters: { prometheus: { endpoint: "127.0.0.1:0" } }\nreceivers: { nvme: { simulate: 1 } }\n',
    );
    collector = await startCollector(['--config', file]);
    const warning = await collector.logged(/^privileges are not separated/);
    expect(warning.msg).to.equal(
      `privileges are not separated: user 65532, whom the collector becomes, cannot read ${folder}; this process listens on the network and may do everything to devices`,
    );
  });

  it('always ends the collector there', async () => {
    const file = join(folder, 'always.yaml');
    writeFileSync(file, 'service: { privilege: { separate: always } }\n');
    const failure = await startCollector(['--config', file]).then(
      () => '',
      (error: Error) => error.message,
    );
    expect(failure).to.include('mend that, or set service.privilege.separate to auto');
  });

  it('keeps to the folder of devices that the reader was started with, whatever a reload says', async () => {
    chmodSync(folder, 0o755);
    const file = join(folder, 'reload.yaml');
    const configure = (devPath: string) =>
      writeFileSync(
        file,
        `receivers: { nvme: { dev_path: "${devPath}", sys_path: "${node.sysfs.path}" } }\nexporters: { prometheus: { endpoint: "127.0.0.1:0" } }\n`,
      );
    configure(node.devices.devPath);
    collector = await startCollector(['--config', file]);
    configure('/dev');
    collector.signal('SIGHUP');
    const refusal = await collector.logged(/^the configuration was not reloaded/);
    expect(refusal.msg).to.include(
      `reads in ${node.devices.devPath}, and not in /dev: restart the collector`,
    );
    expect((await collector.scrape()).body).to.match(/^ebs_volume_up\{.*nvme1n1.*\} 1$/m);
  });

  it('asks no drive for statistics that says it is not Amazon’s, whatever sysfs says', async () => {
    await node.devices.addDevice('nvme3n1', {
      identify: buildIdentify({ model: 'Samsung SSD 970 EVO Plus 1TB' }),
    });
    node.sysfs.addController('nvme3', {
      serial: 'vol00000000000000003',
      model: 'Amazon Elastic Block Store',
    });
    await node.devices.resetCounts('nvme1n1');
    collector = await startCollector([...node.settings]);
    const failed = await collector.logged(/the drive itself says that it is not Amazon's/);
    expect(failed).to.include({ device: 'nvme3n1', 'error.type': 'not_supported' });
    expect((await node.devices.counts('nvme3n1')).logPages).to.deep.equal({});
    expect((await node.devices.counts('nvme1n1')).opcodes).to.include({ 6: 1 });
  });
});
