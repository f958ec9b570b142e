import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { buildIdentify } from '../../fixtures/nvme-device/identify.ts';
import { instanceStoreMagic } from '../../fixtures/nvme-device/page.ts';
import {
  ebsDrive,
  ebsId,
  ebsSerial,
  foreignDrive,
  instanceStoreDrive,
  startNode,
  type TestNode,
} from '../../fixtures/node.ts';
import { createSysfs } from '../../fixtures/sysfs.ts';
import { runInProcess } from './in-process.ts';

type Line = Readonly<Record<string, unknown>>;

const linesOf = (stdout: string) =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

describe("the commands that look at the machine's volumes", () => {
  let node: TestNode;
  before(async () => {
    node = await startNode();
    await node.attach(ebsDrive(1, { readOperations: 11 }));
    await node.devices.setIdentify(
      'nvme1n1',
      buildIdentify({ serial: ebsSerial(1), blockDeviceMapping: '/dev/sdf' }),
    );
    await node.attach(foreignDrive(2));
    const bands = [4096, 8192].map((upperSizeBytes) => ({ upperSizeBytes, read: [7], write: [8] }));
    await node.attach(instanceStoreDrive(3, { magic: instanceStoreMagic, version: 1, bands }));
  });
  after(() => node?.stop());

  const run = async (...argv: readonly string[]) => runInProcess(...argv, ...node.settings);
  const json = async (...argv: readonly string[]) => linesOf((await run(...argv, '--json')).stdout);

  it('volumes tells what the drives and the kernel say of each, and which are not asked', async () => {
    node.sysfs.setState('nvme3', 'resetting');
    const told = (await json('volumes')).map((line) => [
      line['device'],
      line['id'],
      line['block_device_mapping'],
      line['controller_state'],
      line['readable'],
    ]);
    expect(told).to.deep.equal([
      ['nvme1n1', ebsId(1), 'sdf', 'live', true],
      ['nvme2n1', null, null, null, null],
      ['nvme3n1', 'AWS14BE4082584B141CB', null, 'resetting', true],
    ]);
  });

  it('volumes leaves out what the configuration leaves out', async () => {
    const lines = await json('volumes', '--set', `receivers.nvme.devices.exclude=[${ebsId(1)}]`);
    expect(lines.map(({ device }) => device)).to.deep.equal(['nvme2n1', 'nvme3n1']);
  });

  it('stats shows what the configuration means, and what is named of it', async () => {
    const devices = async (...argv: readonly string[]) =>
      (await json('stats', ...argv)).map(({ device }) => device);
    expect(await devices()).to.deep.equal(['nvme1n1', 'nvme3n1']);
    expect(await devices('nvme1')).to.deep.equal(['nvme1n1']);
    expect(await devices('--set', 'receivers.nvme.instance_store=false')).to.deep.equal(['nvme1n1']);
  });

  it('stats shows latencies by size of the I/O, be they reported or not', async () => {
    const { stdout } = await run('stats', 'nvme3');
    expect(stdout)
      .to.match(/^ +\S+ 4 KiB +7 .* 8 /m)
      .and.match(/^ +over 4 KiB +7 .* 8 /m);
  });

  it('stats follows as often as it is told to', async () => {
    const lines = await json('stats', 'nvme1', '--interval', '1', '--count', '1');
    expect(lines.map(({ type, device }) => [type, device])).to.deep.equal([['difference', 'nvme1n1']]);
  });

  it('never ask a drive that is not from Amazon', async () => {
    await run('stats');
    await run('volumes');
    expect((await node.devices.counts('nvme2n1')).logPages[0xd0] ?? 0).to.equal(0);
  });

  it('stats ends with 2 where it is asked for what cannot be', async () => {
    const { code, stderr } = await run('stats', '--interval', 'soon');
    expect(code).to.equal(2);
    expect(stderr).to.match(/^ebs-nvme-collector: .*soon.*\nSee ebs-nvme-collector stats --help\.\n$/);
  });

  it('warn on standard error, and go on', async () => {
    process.env['OTEL_METRIC_EXPORT_INTERVAL'] = 'soon';
    try {
      const { code, stderr } = await run('volumes');
      expect(code).to.equal(0);
      expect(stderr).to.equal(
        'OTEL_METRIC_EXPORT_INTERVAL: warning: ignored: expected a number of milliseconds like 10000\n',
      );
    } finally {
      delete process.env['OTEL_METRIC_EXPORT_INTERVAL'];
    }
  });

  it('end with 3 where nobody can look for volumes', async () => {
    const sysfs = createSysfs();
    rmSync(join(sysfs.path, 'class/nvme'), { recursive: true });
    writeFileSync(join(sysfs.path, 'class/nvme'), '');
    for (const command of ['volumes', 'stats']) {
      const { code, stderr } = await runInProcess(command, '--set', `receivers.nvme.sys_path=${sysfs.path}`);
      expect(code, command).to.equal(3);
      expect(stderr).to.match(/^cannot look for volumes: cannot list .*: it is no folder \(set `sys_path`/);
    }
    sysfs.remove();
  });
});
