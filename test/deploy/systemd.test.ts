import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { root, textOf } from './kubernetes/manifests.ts';

const unit = textOf('deploy/systemd/ebs-nvme-collector.service');
/** The program looks for Node there: the one that runs the tests comes first. */
const searchPath = [dirname(process.execPath), process.env['PATH']].join(delimiter);

/** What docs/deploying.md has people type, but for the last line, which starts it. */
const [, section = ''] = /^## systemd\n(.*?)^## /ms.exec(textOf('docs/deploying.md')) ?? [];
const [, installation = 'exit 1'] =
  /^```sh\n(.*?)^sudo systemctl enable --now ebs-nvme-collector\n```$/ms.exec(section) ?? [];

/** The values of a setting, in order. */
const settings = (name: string): readonly string[] =>
  [...unit.replaceAll('\\\n', ' ').matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) =>
    value.trim(),
  );

describe('the unit for systemd', function () {
  this.timeout(60_000);
  let folder: string;
  let service: string;

  /** The paths of the machine, in a folder of ours. */
  const here = (text: string): string => text.replaceAll(/(?<=^|[\s=])\/(?=opt\/|etc\/)/g, `${folder}/`);

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'systemd-'));
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, 'etc/systemd/system'), { recursive: true });
    const configuration = join(folder, 'collector.yaml');
    writeFileSync(configuration, 'exporters: { prometheus: { endpoint: "127.0.0.1:0" } }\n');
    const commands = here(installation)
      .replaceAll(/^(?:sudo |make build$)/gm, '')
      .replace(' collector.yaml ', ` ${configuration} `);
    execFileSync('sh', ['-euc', commands], { cwd: root });
    service = join(folder, 'etc/systemd/system/ebs-nvme-collector.service');
    writeFileSync(service, here(unit));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is right by systemd-analyze verify', () => {
    const { error, status, stderr } = spawnSync('systemd-analyze', ['verify', service], { encoding: 'utf8' });
    if (error !== undefined)
      throw new Error('cannot run systemd-analyze: install it with `apt-get install systemd`');
    expect(stderr).to.equal('');
    expect(status).to.equal(0);
  });

  it('exposes little by systemd-analyze security, most of it the capability and the network', () => {
    const args = ['security', '--offline=true', '--threshold=24', '--no-pager', service];
    const { status, stdout } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
    expect(stdout).to.match(/Overall exposure level for ebs-nvme-collector\.service: [12]\.\d OK/);
    expect(status).to.equal(0);
  });

  it('has one capability to read drives, one to leave their group, and no root', () => {
    expect(settings('CapabilityBoundingSet')).to.deep.equal(['CAP_SYS_ADMIN CAP_SETGID']);
    expect(settings('AmbientCapabilities')).to.deep.equal(['CAP_SYS_ADMIN CAP_SETGID']);
    expect(settings('DynamicUser')).to.deep.equal(['yes']);
    expect(settings('NoNewPrivileges')).to.deep.equal(['yes']);
  });

  it('lets it write where the documents have queues kept, and nowhere else', () => {
    const [, storage] = /^ +storage: (\S+)/m.exec(textOf('docs/delivery.md')) ?? [];
    expect(settings('ProtectSystem')).to.deep.equal(['strict']);
    expect(settings('StateDirectory').map((name) => `/var/lib/${name}`)).to.deep.equal([storage]);
  });

  it('lets the reader make every system call that it limits itself to', () => {
    const source = textOf('native/reader/system_calls.cc');
    const calls = [...source.matchAll(/\{number\(SYS_(\w+)\)(?!, unknown)/g)].map(([, call = '']) => call);
    const groups = settings('SystemCallFilter').flatMap((value) => value.split(' '));
    const allowed = new Set(groups.flatMap((group) => (group.startsWith('@') ? callsOf(group) : [group])));
    expect(calls.length).to.be.greaterThan(25);
    expect(calls.filter((call) => !allowed.has(call))).to.deep.equal([]);
  });

  it('starts a reader that has the capability and the group, and a collector that has neither', async () => {
    const [start = ''] = settings('ExecStart');
    const command = here(start).split(/\s+/);
    // As systemd does with DynamicUser=, SupplementaryGroups= and the sets of capabilities.
    const user = ['--reuid', '61184', '--regid', '61184', '--groups', 'disk', '--no-new-privs'];
    const only = (set: string) => [`--${set}`, '-all,+sys_admin,+setgid'];
    const capabilities = [...only('bounding-set'), ...only('inh-caps'), ...only('ambient-caps')];
    const running = spawn('setpriv', [...user, ...capabilities, ...command], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: searchPath, AWS_EC2_METADATA_DISABLED: 'true' },
    });
    const ended = once(running, 'exit');
    try {
      const logs: Readonly<Record<string, unknown>>[] = [];
      for await (const line of createInterface({ input: running.stderr })) {
        logs.push(JSON.parse(line) as Readonly<Record<string, unknown>>);
        if (logs.at(-1)?.['msg'] === 'listening') break;
      }
      const separated = logs.find(({ msg }) => msg === 'privileges are separated');
      expect(separated, JSON.stringify(logs)).to.include({ user: 61184, chroot: false });
      const statusOf = (pid: unknown) => readFileSync(`/proc/${String(pid)}/status`, 'utf8');
      const disk = /^disk:\w+:(\d+):/m.exec(readFileSync('/etc/group', 'utf8'))?.[1];
      expect(statusOf(running.pid))
        .to.match(/^CapPrm:\s+0{16}$/m)
        .and.to.match(/^Groups:\s+$/m);
      expect(statusOf(separated?.['reader_pid']))
        .to.match(/^CapPrm:\s+0{10}200000$/m)
        .and.to.match(new RegExp(`^Groups:\\s+${disk} $`, 'm'));
    } finally {
      running.kill('SIGTERM');
    }
    expect(await ended).to.deep.equal([0, null]);
  });
});

/** The system calls of a group, those of the groups in it too. */
function callsOf(group: string): readonly string[] {
  const listed = execFileSync('systemd-analyze', ['syscall-filter', '--no-pager', group], {
    encoding: 'utf8',
  });
  const entries = listed
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  return entries.flatMap((entry) => (entry.startsWith('@') ? callsOf(entry) : [entry]));
}
