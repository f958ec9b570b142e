import { expect } from 'chai';
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createStatisticsReader, identify, readStatistics } from '../../../receiver/nvme/native.ts';
import type { ReadError, ReadOutcome } from '../../../receiver/nvme/source.ts';
import { startNvmeDevices, type DeviceMode, type NvmeDevices } from '../../fixtures/nvme-device/devices.ts';
import { buildIdentify, instanceStoreModel } from '../../fixtures/nvme-device/identify.ts';
import { buildPage, instanceStoreMagic, realBins } from '../../fixtures/nvme-device/page.ts';

/** Longer than any test takes: where a test waits for an answer and not for a deadline. */
const ampleMs = 60_000;

describe('reading devices', () => {
  let devices: NvmeDevices;
  before(async () => {
    devices = await startNvmeDevices();
  });
  after(() => devices.stop());

  let attached: string[] = [];
  const attach = async (...content: Parameters<NvmeDevices['addDevice']>): Promise<string> => {
    await devices.addDevice(...content);
    attached.push(content[0]);
    return devices.path(content[0]);
  };
  afterEach(async () => {
    for (const device of attached) await devices.remove(device);
    attached = [];
  });

  const readOne = async (path: string, ioSizes = false): Promise<ReadOutcome> => {
    const [outcome] = await readStatistics([{ path, ioSizes }], ampleMs);
    if (outcome === undefined) throw new Error('there is no outcome');
    return outcome;
  };
  const statisticsOf = (outcome: ReadOutcome) => {
    if (!outcome.ok) throw new Error(outcome.error.message);
    return outcome.statistics;
  };
  const errorOf = (outcome: ReadOutcome | undefined): ReadError => {
    if (outcome === undefined || outcome.ok) throw new Error('it was read');
    return outcome.error;
  };

  it('gives what an EBS volume holds', async () => {
    const path = await attach('nvme1n1', {
      page: buildPage({
        readOperations: 889,
        writeOperations: 11792,
        readBytes: 19936256,
        writeBytes: 1233915392,
        readTimeMicros: 543399,
        writeTimeMicros: 21647790,
        volumeThroughputExceededMicros: 804708,
        queueLength: 3,
        readLatency: { bins: realBins([0, 1, 2]) },
      }),
      attachedAtMs: Date.UTC(2026, 10, 20, 12),
    });
    const before = performance.now();
    const outcome = await readOne(path);
    const after = performance.now();
    expect(statisticsOf(outcome)).to.deep.include({
      kind: 'ebs',
      version: 0,
      readOperations: 889,
      writeOperations: 11792,
      readBytes: 19936256,
      writeBytes: 1233915392,
      readTimeMicros: 543399,
      writeTimeMicros: 21647790,
      volumeIopsExceededMicros: 0,
      volumeThroughputExceededMicros: 804708,
      queueLength: 3,
      ioSizeBands: [],
    });
    // FUSE tells when a file was changed last, and not when it was made.
    expect(outcome).to.include({ attachedAtMs: Date.UTC(2026, 10, 20, 12) });
    expect(outcome).to.include({ bornAtMs: undefined });
    if (outcome.ok) expect(outcome.completedAtMs).to.be.within(before, after);
    expect(outcome.durationSeconds).to.be.greaterThan(0);
  });

  describe('of instance store', () => {
    const bands = [
      { upperSizeBytes: 4096, read: [1, 2, 3], write: [4] },
      { upperSizeBytes: 0xffffffff, read: [5n], write: [] },
    ];
    const page = buildPage({ magic: instanceStoreMagic, version: 1, readOperations: 67, bands });

    it('gives latencies by I/O size when asked for them', async () => {
      const path = await attach('nvme2n1', { page });
      const { ioSizeBands, kind } = statisticsOf(await readOne(path, true));
      expect(kind).to.equal('instance_store');
      expect(ioSizeBands.map((band) => band.upperSizeBytes)).to.deep.equal([4096, Infinity]);
      expect(Array.from(ioSizeBands[0]?.readLatency.counts.subarray(0, 4) ?? [])).to.deep.equal([1, 2, 3, 0]);
      expect(Array.from(ioSizeBands[1]?.readLatency.counts.subarray(0, 2) ?? [])).to.deep.equal([5, 0]);
      expect((await devices.counts('nvme2n1')).last).to.include({ cdw10: 0x03ff00d0, cdw12: 4096 });
    });

    it('sends one command when they are not asked for', async () => {
      const path = await attach('nvme2n1', { page });
      expect(statisticsOf(await readOne(path)).ioSizeBands).to.deep.equal([]);
      expect((await devices.counts('nvme2n1')).logPages).to.deep.equal({ 208: 1 });
    });

    it('keeps the page when the command for them fails', async () => {
      const path = await attach('nvme2n1', { page });
      await devices.setMode('nvme2n1', { type: 'offset-status', status: 0x4002 });
      const statistics = statisticsOf(await readOne(path, true));
      expect(statistics.readOperations).to.equal(67);
      expect(statistics.ioSizeBands).to.deep.equal([]);
    });

    it('does not ask EBS volumes for them', async () => {
      const path = await attach('nvme1n1', { page: buildPage({ version: 1, bands }) });
      statisticsOf(await readOne(path, true));
      expect((await devices.counts('nvme1n1')).logPages).to.deep.equal({ 208: 1 });
    });
  });

  it('sends the command as Amazon documents it, with a timeout of its own that no reader shortens', async () => {
    const path = await attach('nvme1n1');
    await readStatistics([{ path, ioSizes: false }], 500);
    expect((await devices.counts('nvme1n1')).last).to.deep.equal({
      opcode: 2,
      nsid: 1,
      timeoutMs: 60_000,
      dataLength: 4096,
      cdw10: 0x03ff00d0,
      cdw11: 0,
      cdw12: 0,
      cdw13: 0,
      cdw14: 0,
      cdw15: 0,
    });
  });

  const failures: readonly { mode: DeviceMode; error: Partial<ReadError> }[] = [
    { mode: { type: 'errno', errno: 'EACCES' }, error: { type: 'permission_denied', errno: 'EACCES' } },
    { mode: { type: 'open-errno', errno: 'EPERM' }, error: { type: 'permission_denied', errno: 'EPERM' } },
    { mode: { type: 'open-errno', errno: 'ENXIO' }, error: { type: 'device_gone', errno: 'ENXIO' } },
    { mode: { type: 'errno', errno: 'ENODEV' }, error: { type: 'device_gone', errno: 'ENODEV' } },
    { mode: { type: 'errno', errno: 'ETIMEDOUT' }, error: { type: 'timeout', errno: 'ETIMEDOUT' } },
    { mode: { type: 'errno', errno: 'ENOTTY' }, error: { type: 'not_supported', errno: 'ENOTTY' } },
    { mode: { type: 'errno', errno: 'EIO' }, error: { type: 'io_error', errno: 'EIO' } },
    { mode: { type: 'status', status: 0x4109 }, error: { type: 'nvme_status', nvmeStatus: 0x4109 } },
  ];
  for (const { mode, error } of failures) {
    it(`reports ${Object.values(mode).join(' ')} as ${error.type}, beside devices that are read`, async () => {
      const paths = [await attach('nvme1n1'), await attach('nvme2n1'), await attach('nvme10n1')];
      await devices.setMode('nvme2n1', mode);
      const outcomes = await readStatistics(
        paths.map((path) => ({ path, ioSizes: false })),
        ampleMs,
      );
      expect(outcomes.map((outcome) => outcome.ok)).to.deep.equal([true, false, true]);
      expect(errorOf(outcomes[1])).to.include(error);
    });
  }

  it('reports a page with another magic as invalid_magic', async () => {
    const path = await attach('nvme1n1', { page: buildPage({ magic: 0xdeadbeef }) });
    const error = errorOf(await readOne(path));
    expect(error.type).to.equal('invalid_magic');
    expect(error.message).to.contain('0xdeadbeef');
  });

  it('reports a detached device as device_gone at once, and reads it when it is back', async () => {
    const path = await attach('nvme1n1', { attachedAtMs: 1000 });
    statisticsOf(await readOne(path));
    await devices.remove('nvme1n1');
    expect(errorOf(await readOne(path))).to.include({ type: 'device_gone', errno: 'ENOENT' });
    await devices.addDevice('nvme1n1', { attachedAtMs: 2000 });
    expect(await readOne(path)).to.include({ ok: true, attachedAtMs: 2000 });
  });

  it('gives outcomes in the order of the requests, to calls that overlap too', async () => {
    const numbers = Array.from({ length: 20 }, (_, i) => i);
    const paths: string[] = [];
    for (const number of numbers) {
      paths.push(await attach(`nvme${number}n1`, { page: buildPage({ readOperations: number }) }));
    }
    const read = async (order: readonly number[], ioSizes: boolean) => {
      const requests = order.map((number) => ({ path: paths[number] ?? '', ioSizes }));
      const outcomes = await readStatistics(requests, ampleMs);
      return outcomes.map((outcome) => statisticsOf(outcome).readOperations);
    };
    const orders = [numbers, numbers.toReversed(), [3, 3, 3, 1]];
    expect(await Promise.all(orders.map((order, i) => read(order, i === 1)))).to.deep.equal(orders);
  });

  it('reads the same devices as often as they are asked for, and at once', async () => {
    const path = await attach('nvme1n1', { page: buildPage({ readOperations: 1 }) });
    const reader = createStatisticsReader([{ path, ioSizes: false }]);
    const operations = async () => {
      const outcomes = await reader.read(ampleMs);
      return outcomes.map((outcome) => statisticsOf(outcome).readOperations);
    };
    expect(await Promise.all([operations(), operations(), operations()])).to.deep.equal([[1], [1], [1]]);
    await devices.setPage('nvme1n1', buildPage({ readOperations: 2 }));
    expect(await operations()).to.deep.equal([2]);
  });

  it('leaves no descriptor behind', async () => {
    const paths = [await attach('nvme1n1'), await attach('nvme2n1'), devices.path('nvme3n1')];
    await devices.setMode('nvme2n1', { type: 'errno', errno: 'EIO' });
    for (let i = 0; i < 20; i++) {
      await readStatistics(
        paths.map((path) => ({ path, ioSizes: true })),
        ampleMs,
      );
    }
    const open = readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return [readlinkSync(join('/proc/self/fd', fd))];
      } catch {
        return []; // the descriptor that read the folder
      }
    });
    expect(open.filter((target) => target.startsWith(devices.devPath))).to.deep.equal([]);
  });

  it('identifies controllers, and says which could not be asked', async () => {
    const content = { serial: 'AWS14BE4082584B141CB', firmware: '0', model: instanceStoreModel };
    const paths = [
      await attach('nvme1n1', { identify: buildIdentify({ blockDeviceMapping: '/dev/sdf' }) }),
      await attach('nvme2n1', {
        identify: buildIdentify({ ...content, blockDeviceMapping: 'ephemeral0:sdb', padding: '\0' }),
      }),
      devices.path('nvme3n1'),
    ];
    const [ebs, instanceStore, missing] = await identify(paths, ampleMs);
    expect(ebs).to.deep.include({
      identity: {
        vendorId: 0x1d0f,
        serial: 'vol0123456789abcdef0',
        model: 'Amazon Elastic Block Store',
        firmware: '1.0',
        blockDeviceMapping: 'sdf',
      },
    });
    expect(instanceStore).to.deep.include({
      identity: { vendorId: 0x1d0f, ...content, blockDeviceMapping: 'ephemeral0:sdb' },
    });
    expect(missing?.ok === false && missing.error.type).to.equal('device_gone');
    expect(await devices.counts('nvme1n1')).to.deep.include({ opcodes: { 6: 1 }, logPages: {} });
  });

  it('refuses arguments that mean nothing', async () => {
    const rejected = async (promise: Promise<unknown>): Promise<string> => {
      try {
        await promise;
      } catch (error) {
        return (error as Error).message;
      }
      throw new Error('it was accepted');
    };
    expect(await rejected(readStatistics([{ path: '', ioSizes: false }], 1000))).to.equal(
      "Expected the path of a device for path but received ''",
    );
    const misnumbered = { path: '/dev/nvme1n1', ioSizes: false, deviceNumber: '259' };
    expect(await rejected(readStatistics([misnumbered], 1000))).to.equal(
      "Expected major:minor for deviceNumber but received '259'",
    );
    expect(await rejected(identify(['/dev/nvme1n1'], Number.NaN))).to.equal(
      'Expected 0 to 2147483647 milliseconds for timeoutMs but received NaN',
    );
  });

  it('checks the number of block devices only', async () => {
    const path = await attach('nvme1n1');
    const [outcome] = await readStatistics([{ path, ioSizes: false, deviceNumber: '259:3' }], ampleMs);
    expect(outcome).to.include({ ok: true });
  });

  it('asks nobody for an empty list', async () => {
    expect(await readStatistics([], 1000)).to.deep.equal([]);
    expect(await identify([], 1000)).to.deep.equal([]);
  });
});
