import { expect } from 'chai';
import { commands, runCommand } from '../../../pipeline/cli/commands.ts';
import { dispatch } from '../../../pipeline/cli/dispatch.ts';
import { runInProcess } from './in-process.ts';

describe('the commands', () => {
  for (const { name } of commands) {
    it(`${name} refuses a configuration that is wrong`, async () => {
      const { code, stdout, stderr } = await runInProcess(name, '--set', 'receivers.nvme.colour=red');
      expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
      expect(stderr).to.equal(
        '--set receivers.nvme.colour: unknown key "colour" in receiver nvme; known: collection_interval, min_interval, read_timeout, dev_path, sys_path, devices, instance_store, latency_histograms, io_size_histograms, simulate\n1 problem\n',
      );
    });

    it(`${name} reads the file that it is given`, async () => {
      const { code, stderr } = await runInProcess(name, '--config', '/no/such/collector.yaml');
      expect(code).to.equal(1);
      expect(stderr).to.equal(
        '/no/such/collector.yaml: cannot read the configuration: there is no such file\n1 problem\n',
      );
    });
  }

  it('validate says that a configuration is right', async () => {
    expect(await runInProcess('validate', '--simulate', '2')).to.deep.equal({
      code: 0,
      stdout: 'default configuration: valid\n  metrics: nvme → prometheus\n',
      stderr: '',
    });
  });

  it('config prints what would run, as YAML or JSON', async () => {
    const { code, stdout } = await runInProcess('config', '--simulate', '2');
    expect(code).to.equal(0);
    expect(stdout).to.match(/^ +simulate: 2$/m);
    const json = await runInProcess('config', '--json', '--simulate', '2');
    expect(JSON.parse(json.stdout)).to.have.nested.property('receivers.nvme.simulate', 2);
  });

  it('volumes shows volumes, stats their pages', async () => {
    const volumes = await runInProcess('volumes', '--simulate', '2');
    expect(volumes).to.include({ code: 0, stderr: '' });
    expect(volumes.stdout).to.include('vol-simulated00000002');
    const stats = await runInProcess('stats', '--simulate', '2', 'vol-simulated00000002');
    expect(stats).to.include({ code: 0, stderr: '' });
    expect(stats.stdout).to.include('vol-simulated00000002').and.not.include('vol-simulated00000001');
  });

  it('are all there are', async () => {
    const line = {
      command: { ...runCommand, name: 'dance' },
      help: false,
      operands: [],
      switches: new Set<string>(),
      values: new Map<string, string>(),
      lists: new Map<string, readonly string[]>(),
    };
    const failure = await dispatch(line).catch((error: Error) => error.message);
    expect(failure).to.equal('command dance has no code');
  });
});
