import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMachineSource } from '../../../receiver/nvme/machine-source.ts';
import { readStatistics } from '../../../receiver/nvme/native.ts';
import type { ReadError } from '../../../receiver/nvme/source.ts';
import { createSysfs, type Sysfs } from '../../fixtures/sysfs.ts';

/** Longer than any test takes. */
const ampleMs = 60_000;

/**
 * Makes `path` a node of the first of the machine's block devices that opens, and gives back its number. NVMe drives are
 * left alone: they would understand what they are asked.
 */
function makeBlockNode(path: string): string {
  for (const name of readdirSync('/sys/block').filter((each) => !each.startsWith('nvme'))) {
    const number = readFileSync(join('/sys/block', name, 'dev'), 'utf8').trim();
    try {
      execFileSync('mknod', [path, 'b', ...number.split(':')]);
      closeSync(openSync(path, 'r'));
      return number;
    } catch {
      rmSync(path, { force: true });
    }
  }
  throw new Error(
    `nothing in /sys/block opens as ${path}: this needs root, a folder not mounted nodev, and a device (\`modprobe loop\`)`,
  );
}

/** None of these devices answers, so what is asked fails at the command, and what is not fails before. */
describe('reading a block device under the name of a volume', () => {
  let devPath: string;
  let sysfs: Sysfs;
  let path: string;
  let number: string;
  beforeEach(() => {
    devPath = mkdtempSync(join(tmpdir(), 'dev-'));
    sysfs = createSysfs();
    path = join(devPath, 'nvme1n1');
    number = makeBlockNode(path);
  });
  afterEach(() => {
    sysfs.remove();
    rmSync(devPath, { recursive: true });
  });

  const another = '4095:3';
  const refusal = () =>
    `cannot read ${path}: it is not the device that the kernel calls so (${another}): mount the host's /dev and set dev_path`;
  const errorOf = async (deviceNumber?: string): Promise<ReadError | undefined> => {
    const request = { path, ioSizes: false, ...(deviceNumber === undefined ? {} : { deviceNumber }) };
    const [outcome] = await readStatistics([request], ampleMs);
    return outcome?.ok === false ? outcome.error : undefined;
  };

  it('asks it where its number is the one that is meant, or none is', async () => {
    const asked = await errorOf();
    expect(asked?.message).to.not.equal(refusal());
    expect(await errorOf(number)).to.deep.equal(asked);
  });

  it('does not ask it where it is another device', async () => {
    expect(await errorOf(another)).to.deep.equal({ type: 'device_gone', message: refusal() });
  });

  it('looks at the kernel again after it was another: a volume attached anew unseen has another number', async () => {
    sysfs.addController('nvme1');
    const numberFile = join(sysfs.path, 'class/nvme/nvme1/nvme1n1/dev');
    writeFileSync(numberFile, `${another}\n`);
    const source = createMachineSource({ devPath, sysPath: sysfs.path, ioSizes: false });
    const read = async () => {
      const [outcome] = await source.read(source.discover(), ampleMs);
      return outcome?.ok === false ? outcome.error : undefined;
    };
    expect(await read()).to.deep.equal({ type: 'device_gone', message: refusal() });
    writeFileSync(numberFile, `${number}\n`);
    expect(await read()).to.deep.equal(await errorOf());
  });
});
