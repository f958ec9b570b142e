import { expect } from 'chai';
import { showVolumes, type VolumesIo, type VolumesOptions } from '../../../pipeline/cli/volumes.ts';
import { createSimulatedSource } from '../../../receiver/nvme/simulate/source.ts';
import { decodeStatistics } from '../../../receiver/nvme/native.ts';
import { goldenFiles } from '../../fixtures/golden-file.ts';
import { ebsVolume, instanceStoreVolume, scriptedMachine, statistics } from '../../fixtures/volumes.ts';
import type { Screen } from '../../../pipeline/cli/terminal/look.ts';
import { createFakeScreen } from './fake-screen.ts';

const { expectGolden } = goldenFiles(import.meta.url);

const foreign = [
  { device: 'nvme0n1', controller: 'nvme0', model: 'Samsung SSD 980 PRO 1TB', serial: 'S5GXNX' },
];

/** Two EBS volumes, one of which nobody may read, an instance-store drive without Identify, and somebody else's drive. */
function machine() {
  const source = scriptedMachine();
  source.drives.set(ebsVolume(1, 'vol-0123456789abcdef0'), statistics());
  source.drives.set(ebsVolume(2, 'vol-0aaaaaaaaaaaaaaaa'), 'permission_denied');
  source.drives.set(instanceStoreVolume(10), statistics({}, 'instance_store'));
  return source;
}

async function run(
  io: Partial<VolumesIo>,
  options: VolumesOptions = { json: false },
  settings: Partial<Screen> = {},
) {
  const screen = createFakeScreen(settings);
  const exitCode = await showVolumes(options, {
    screen,
    source: machine(),
    foreign,
    describe: async () => [
      { blockDeviceMapping: 'sdf', controllerState: 'live' },
      { blockDeviceMapping: '', controllerState: 'resetting' },
      {},
    ],
    readTimeoutMs: 2000,
    ...io,
  });
  return { output: screen.output(), errors: screen.errors(), exitCode };
}

describe('volumes', () => {
  it('shows who is attached and whether it can be read', async () => {
    const { output, errors, exitCode } = await run({});
    expectGolden('volumes.txt', output);
    expect(errors).to.equal('');
    expect(exitCode).to.equal(0);
  });

  it('shows all columns where there is room, and dims what is not Amazon', async () => {
    const { output } = await run({}, { json: false }, { columns: 160, env: { LANG: 'C.UTF-8' } });
    expectGolden('volumes-wide-color.txt', output);
  });

  it('gives one JSON object a drive a line', async () => {
    const { output } = await run({}, { json: true });
    expectGolden('volumes.jsonl', output);
  });

  it("never asks a drive that is not Amazon's", async () => {
    const source = machine();
    const asked: string[] = [];
    const read = source.read;
    source.read = (volumes, timeoutMs) => {
      asked.push(...volumes.map(({ device }) => device));
      return read(volumes, timeoutMs);
    };
    await run({ source });
    expect(asked).to.deep.equal(['nvme1n1', 'nvme2n1', 'nvme10n1']);
  });

  it('marks simulated volumes', async () => {
    const source = createSimulatedSource({ count: 2, now: () => 0, decode: decodeStatistics });
    const { output } = await run({
      source,
      foreign: [],
      describe: async (volumes) => source.describe(volumes),
    });
    expect(output)
      .to.match(/^These volumes are simulated\.\n/)
      .and.contain('vol-simulated00000002');
  });

  it('says that there are none', async () => {
    const none = await run({ source: scriptedMachine(), foreign: [], describe: async () => [] });
    expect(none).to.deep.equal({
      output: '',
      errors:
        'no Amazon NVMe volume is attached to this machine; --simulate 6 shows what it would look like\n',
      exitCode: 0,
    });
  });

  it('ends with 3 where nobody can look for volumes', async () => {
    const source = scriptedMachine();
    source.discover = () => {
      throw new Error('EACCES: permission denied, scandir /sys/class/nvme');
    };
    const { errors, exitCode } = await run({ source });
    expect(errors).to.equal('cannot look for volumes: EACCES: permission denied, scandir /sys/class/nvme\n');
    expect(exitCode).to.equal(3);
  });
});
