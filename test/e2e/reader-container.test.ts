import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readerProgram } from '../../receiver/nvme/reader-process.ts';
import { runCommand, startCollector, type Collector } from '../fixtures/collector.ts';
import { eventually } from '../fixtures/eventually.ts';
import { distinctPage, ebsDrive, startNode, type TestNode } from '../fixtures/node.ts';
import { openTerminal, programInShell } from '../fixtures/terminal.ts';
import { samplesOf } from './expected-page.ts';

/** The reader in a container of its own, as deploy/ has it: a socket is all that it shares with the collector. */
describe('a reader that listens', function () {
  this.timeout(60_000);
  let node: TestNode;
  let folder: string;
  let socket: string;
  let reader: ChildProcess;
  let collector: Collector;

  const listen = (): ChildProcess =>
    spawn(readerProgram(), ['listen', '--dev-path', node.devices.devPath, socket], { stdio: 'ignore' });
  /** The folder of devices is the reader's own; the collector's configuration names one that it does not see. */
  const settings = (): readonly string[] => [
    ...['--set', `receivers.nvme.sys_path=${node.sysfs.path}`, '--set', 'receivers.nvme.dev_path=/host/dev'],
    ...['--set', 'receivers.nvme.min_interval=1ms', '--set', `service.privilege.reader_socket=${socket}`],
  ];
  const page = async (): Promise<Map<string, number>> => samplesOf((await collector.scrape()).body);
  const valuesOf = async (name: string): Promise<readonly number[]> =>
    [...(await page())].filter(([series]) => series.startsWith(`${name}{`)).map(([, value]) => value);
  const status = (pid: number | undefined): string => readFileSync(`/proc/${pid}/status`, 'utf8');
  const childrenOf = (pid: number | undefined): readonly number[] =>
    readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

  before(async () => {
    node = await startNode();
    for (const number of [1, 2, 3]) await node.attach(ebsDrive(number));
    folder = mkdtempSync(join(tmpdir(), 'reader-'));
    chmodSync(folder, 0o755);
    socket = join(folder, 'reader.sock');
    reader = listen();
    collector = await startCollector(settings());
  });

  after(async () => {
    await collector?.stop();
    reader?.kill('SIGKILL');
    await node?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('reads the volumes of a collector that has no privilege', async () => {
    expect(await valuesOf('ebs_total_read_ops_total')).to.deep.equal(
      [1, 2, 3].map((number) => distinctPage(number).readOperations),
    );
    expect(status(collector.process.pid))
      .to.match(/^Uid:\t65532\t/m)
      .and.to.match(/^CapEff:\t0+$/m);
    expect(await collector.logged('privileges are separated')).to.include({ reader_socket: socket });
  });

  it('has confined itself before it takes anybody: one capability, one folder, filtered system calls', () => {
    const keeper = childrenOf(reader.pid)[0];
    for (const pid of [reader.pid, keeper, childrenOf(keeper)[0]]) {
      expect(status(pid))
        .to.match(/^CapPrm:\t0000000000200000$/m)
        .and.to.match(/^CapBnd:\t0000000000200000$/m);
      expect(status(pid))
        .to.match(/^NoNewPrivs:\t1$/m)
        .and.to.match(/^Seccomp:\t2$/m);
      expect(readlinkSync(`/proc/${pid}/root`)).to.equal(node.devices.devPath);
    }
    const open = readdirSync(`/proc/${reader.pid}/fd`).map((fd) =>
      readlinkSync(`/proc/${reader.pid}/fd/${fd}`),
    );
    expect(open.filter((target) => target.startsWith('socket:'))).to.have.length(1);
    expect(open.filter((target) => !target.startsWith('socket:') && target !== '/dev/null')).to.deep.equal(
      [],
    );
  });

  it('can be reached by one user', () => {
    const { mode, uid, gid } = statSync(socket);
    expect({ mode: mode & 0o777, uid, gid }).to.deep.equal({ mode: 0o600, uid: 65532, gid: 65532 });
  });

  it('serves top, beside the collector', async () => {
    const terminal = await openTerminal(`${programInShell} top --interval 1 ${settings().join(' ')}`);
    try {
      const all = [1, 2, 3].map((number) => `nvme${number}n1`);
      await terminal.shows('the volumes', (lines) =>
        all.every((device) => lines.some((line) => line.startsWith(` ${device} `))),
      );
      terminal.type('q');
      await terminal.ended();
    } finally {
      await terminal.close();
    }
  });

  it('serves commands that look at volumes, beside the collector', async () => {
    const { code, stdout } = await runCommand(['stats', '--json', ...settings()]);
    expect(code).to.equal(0);
    expect(stdout).to.include(String(distinctPage(2).readOperations));
  });

  it('is asked again once it is back, and its loss is said once', async () => {
    const from = collector.logs.length;
    reader.kill('SIGKILL');
    await once(reader, 'exit');
    await collector.logged('the reader cannot be reached: no volume can be read until it is back', from);
    expect(await valuesOf('ebs_volume_up')).to.deep.equal([0, 0, 0]);
    await collector.logged(/the reader cannot be reached; it is asked again once it is back$/, from);
    reader = listen();
    await collector.logged('another reader process was started', from);
    await eventually(
      'readable volumes',
      () => valuesOf('ebs_volume_up'),
      (values) => !values.includes(0),
    );
    const losses = collector.logs
      .slice(from)
      .filter(({ msg }) => msg.startsWith('the reader cannot be reached:'));
    expect(losses).to.have.length(1);
  });

  it('starts another process where the one that reads is killed', async () => {
    const from = collector.logs.length;
    const [grandchild] = childrenOf(childrenOf(reader.pid)[0]);
    if (grandchild === undefined) throw new Error('nobody is to be killed');
    process.kill(grandchild, 'SIGKILL');
    await collector.logged(/^the reader process ended: killed by SIGKILL/, from);
    await collector.logged('another reader process was started', from);
    await eventually(
      'readable volumes',
      () => valuesOf('ebs_volume_up'),
      (values) => !values.includes(0),
    );
  });

  it('stays after SIGTERM until its collector has ended, and takes no other', async () => {
    reader.kill('SIGTERM');
    const { stderr } = await runCommand(['stats', ...settings()]);
    expect(stderr).to.include('the reader process cannot be used');
    expect(await valuesOf('ebs_volume_up')).to.deep.equal([1, 1, 1]);
    const ended = once(reader, 'exit');
    expect(await collector.stop()).to.equal(0);
    expect(await ended).to.deep.equal([0, null]);
  });

  it('is missed by a collector that starts without it', async () => {
    const { code, stderr } = await runCommand([
      'run',
      '--set',
      'exporters.prometheus.endpoint=127.0.0.1:0',
      ...settings(),
    ]);
    expect(code).to.equal(3);
    expect(stderr).to.include(`the reader process cannot be used: nobody listens at ${socket}`);
  });
});
