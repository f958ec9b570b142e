import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readerProgram } from '../../receiver/nvme/reader-process.ts';

describe('what the collector becomes', () => {
  /** Any program, started as the collector is. */
  const attempt = (...command: readonly string[]) =>
    spawnSync(readerProgram(), ['launch', '--no-reader', '--', ...command], { encoding: 'utf8' });
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'device-'));
    chmodSync(folder, 0o755);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is not root, and in no group but one', () => {
    expect(attempt('id').stdout).to.match(/^uid=65532 gid=65532 groups=65532\n$/);
  });

  it('can open no device', () => {
    const device = join(folder, 'nvme1n1');
    execFileSync('mknod', ['-m', '0660', device, 'b', '259', '0']);
    expect(attempt('cat', device).stderr).to.include('Permission denied');
  });

  it('is in no group of those who were no root, where they may leave them: that of disks would open them', () => {
    const started = (capabilities: string) => {
      const sets = ['bounding-set', 'inh-caps', 'ambient-caps'].flatMap((set) => [
        `--${set}`,
        `-all,${capabilities}`,
      ]);
      const user = ['--reuid', '61184', '--regid', '61184', '--groups', 'disk'];
      const command = [...user, ...sets, readerProgram(), 'launch', '--no-reader', '--', 'id', '-Gn'];
      return spawnSync('setpriv', command, { encoding: 'utf8' }).stdout;
    };
    expect(started('+sys_admin,+setgid')).to.not.include('disk');
    expect(started('+sys_admin')).to.include('disk');
  });

  it('can read no file that is not for everybody, and change none', () => {
    expect(attempt('cat', '/etc/shadow').stderr).to.include('Permission denied');
    expect(attempt('touch', join(folder, 'x')).stderr).to.include('Permission denied');
  });

  it('can mount nothing, and become nobody else', () => {
    expect(attempt('mount', '-t', 'tmpfs', 'none', '/mnt').status).to.not.equal(0);
    const setuid = join(folder, 'id');
    copyFileSync('/usr/bin/id', setuid);
    chmodSync(setuid, 0o4755);
    expect(attempt(setuid, '-u').stdout).to.equal('65532\n');
  });

  it('is what it was where there is no capability to leave to a reader', () => {
    const command = [
      '--bounding-set',
      '-all',
      readerProgram(),
      'launch',
      '--',
      'sh',
      '-c',
      'id -u; echo ${EBS_NVME_READER_FD-none}',
    ];
    expect(spawnSync('setpriv', command, { encoding: 'utf8' }).stdout).to.equal('0\nnone\n');
  });

  it('is refused by the launcher where the command line is none', () => {
    expect(spawnSync(readerProgram(), ['launch'], { encoding: 'utf8' })).to.include({ status: 2 });
    expect(attempt('/nowhere').status).to.equal(3);
    expect(attempt('/nowhere').stderr).to.equal(
      'ebs-nvme-reader: cannot start /nowhere: No such file or directory\n',
    );
  });
});
