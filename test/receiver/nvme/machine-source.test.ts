import { expect } from 'chai';
import { createMachineSource, type MachineSource } from '../../../receiver/nvme/machine-source.ts';
import type { ReadOutcome } from '../../../receiver/nvme/source.ts';
import {
  ebsDrive,
  ebsId,
  foreignDrive,
  instanceStoreDrive,
  startNode,
  type TestNode,
} from '../../fixtures/node.ts';
import { instanceStoreMagic } from '../../fixtures/nvme-device/page.ts';

/** Longer than any test takes. */
const ampleMs = 60_000;

describe("the machine's drives", () => {
  let node: TestNode;
  before(async () => {
    node = await startNode();
    await node.attach(ebsDrive(1, { readOperations: 11 }));
    await node.attach(foreignDrive(2));
    await node.attach(instanceStoreDrive(10, { readOperations: 1010 }));
  });
  after(() => node?.stop());

  const createSource = (ioSizes = false): MachineSource =>
    createMachineSource({ devPath: node.devices.devPath, sysPath: node.sysfs.path, ioSizes });
  const operations = (outcomes: readonly ReadOutcome[]) =>
    outcomes.map((outcome) => (outcome.ok ? outcome.statistics.readOperations : outcome.error.type));
  const asked = async (device: string) => (await node.devices.counts(device)).logPages[0xd0] ?? 0;

  it('are real, and shown with those that are not Amazon', () => {
    const source = createSource();
    expect(source.simulated).to.equal(false);
    expect(source.discover().map(({ id, device }) => `${device} ${id}`)).to.deep.equal([
      `nvme1n1 ${ebsId(1)}`,
      'nvme10n1 AWS14BE4082584B141CB',
    ]);
    expect(source.drives().foreign.map(({ device }) => device)).to.deep.equal(['nvme2n1']);
  });

  it('are read under the folder of devices, one outcome each in order', async () => {
    const source = createSource();
    const volumes = source.discover();
    expect(operations(await source.read(volumes, ampleMs))).to.deep.equal([11, 1010]);
    expect(operations(await source.read(volumes.toReversed(), ampleMs))).to.deep.equal([1010, 11]);
  });

  it("are never asked where they are not Amazon's", async () => {
    const source = createSource(true);
    const before = await asked('nvme1n1');
    await source.read(source.discover(), ampleMs);
    expect(await asked('nvme1n1')).to.be.greaterThan(before);
    expect(await asked('nvme2n1')).to.equal(0);
  });

  it('tell their latencies by size of the I/O when asked to', async () => {
    const bands = [4096, 8192].map((upperSizeBytes) => ({ upperSizeBytes, read: [7], write: [8] }));
    await node.serve(10, { magic: instanceStoreMagic, version: 1, bands });
    const bandsOf = async (source: MachineSource) => {
      const [, local] = await source.read(source.discover(), ampleMs);
      return local?.ok === true ? local.statistics.ioSizeBands.map((band) => band.upperSizeBytes) : local;
    };
    expect(await bandsOf(createSource())).to.deep.equal([]);
    expect(await bandsOf(createSource(true))).to.deep.equal([4096, Infinity]);
  });

  it('that are gone between discovery and reading cost their own reading only', async () => {
    const source = createSource();
    const volumes = source.discover();
    await node.detach(10);
    expect(operations(await source.read(volumes, ampleMs))).to.deep.equal([11, 'device_gone']);
    expect(source.discover().map(({ device }) => device)).to.deep.equal(['nvme1n1']);
    source.close();
  });
});
