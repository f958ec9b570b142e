import { createNoopMeter } from '@opentelemetry/api';
import type { DataPoint } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { metricsOf } from '../../../../receiver/columns.ts';
import type { NvmeReceiverConfig } from '../../../../pipeline/receivers/nvme/config.ts';
import {
  createMachine,
  createNvme,
  createSimulated,
  volumeSelector,
} from '../../../../pipeline/receivers/nvme/receiver.ts';
import { productVersion } from '../../../../pipeline/resource/version.ts';
import { recordLog } from '../../../fixtures/component-context.ts';
import { createSysfs, type Sysfs } from '../../../fixtures/sysfs.ts';
import { ebsVolume, instanceStoreVolume } from '../../../fixtures/volumes.ts';

const defaults: NvmeReceiverConfig = {
  collection_interval: 10_000,
  min_interval: 1000,
  read_timeout: 2000,
  dev_path: '/dev',
  sys_path: '/sys',
  devices: { include: ['*'], exclude: [] },
  instance_store: true,
  latency_histograms: true,
  io_size_histograms: false,
  simulate: 0,
};

async function receive(config: Partial<NvmeReceiverConfig>) {
  const { logger, lines } = recordLog();
  const receiver = await createNvme(
    { ...defaults, ...config },
    { id: 'nvme', logger, meter: createNoopMeter() },
  );
  const scopeMetrics = metricsOf(await receiver.collect());
  await receiver.shutdown();
  return { receiver, lines, scopeMetrics };
}
type Received = Awaited<ReturnType<typeof receive>>;

const namesIn = ({ scopeMetrics }: Received) =>
  scopeMetrics.flatMap(({ metrics }) => metrics.map(({ descriptor }) => descriptor.name));
const devicesIn = ({ receiver }: Received) =>
  receiver.latest()?.volumes.map(({ attachment }) => attachment.volume.device);

describe('the selection of volumes', () => {
  const first = ebsVolume(1, 'vol-0aaa');
  const second = ebsVolume(2, 'vol-0bbb');
  const store = instanceStoreVolume(3, 'AWS1');
  const selected = (config: Partial<NvmeReceiverConfig>) =>
    [first, second, store].filter(volumeSelector({ ...defaults, ...config }));

  it('is by the name of the device or the id of the volume', () => {
    expect(selected({})).to.deep.equal([first, second, store]);
    expect(selected({ devices: { include: ['nvme1n1', 'vol-0b*'], exclude: [] } })).to.deep.equal([
      first,
      second,
    ]);
    expect(selected({ devices: { include: ['*'], exclude: ['vol-*'] } })).to.deep.equal([store]);
  });

  it('leaves instance store out where it is not wanted', () => {
    expect(selected({ instance_store: false })).to.deep.equal([first, second]);
    expect(selected({ instance_store: false, devices: { include: ['AWS1'], exclude: [] } })).to.deep.equal(
      [],
    );
  });
});

describe('the receiver nvme', () => {
  it('reads simulated volumes where it is told how many, and warns of them', async () => {
    const received = await receive({ simulate: 3 });
    expect(received.receiver.simulated).to.equal(true);
    expect(devicesIn(received)).to.have.length(3);
    expect(received.lines.filter(({ level }) => level === 'warn')).to.deep.equal([
      {
        ts: new Date(0).toISOString(),
        level: 'warn',
        msg: 'the volumes are simulated: their numbers mean nothing',
        volumes: 3,
      },
    ]);
  });

  it('marks every point of a simulated volume', async () => {
    const { scopeMetrics } = await receive({ simulate: 2 });
    const points = scopeMetrics.flatMap(({ metrics }) =>
      metrics.flatMap(({ dataPoints }) => dataPoints as readonly DataPoint<unknown>[]),
    );
    expect(points).to.have.length.greaterThan(20);
    for (const { attributes } of points) expect(attributes['ebs.collector.simulated']).to.equal('true');
  });

  it('stands in a scope with the version of the collector', async () => {
    const { scopeMetrics } = await receive({ simulate: 1 });
    expect(scopeMetrics.map(({ scope }) => scope.version)).to.deep.equal([productVersion()]);
  });

  it('reads the volumes that it is to read only', async () => {
    const all = devicesIn(await receive({ simulate: 4 })) ?? [];
    const [, second = ''] = all;
    expect(
      devicesIn(await receive({ simulate: 4, devices: { include: [second], exclude: [] } })),
    ).to.deep.equal([second]);
  });

  it('reports the histograms that it is to report', async () => {
    const histograms = async (config: Partial<NvmeReceiverConfig>) =>
      new Set(
        namesIn(await receive({ simulate: 12, ...config })).flatMap(
          (name) => /(?:sized_)?operation\.duration$/.exec(name) ?? [],
        ),
      );
    expect([...(await histograms({}))]).to.deep.equal(['operation.duration']);
    expect([...(await histograms({ latency_histograms: false }))]).to.deep.equal([]);
    expect([...(await histograms({ latency_histograms: false, io_size_histograms: true }))]).to.deep.equal([
      'sized_operation.duration',
    ]);
  });

  it('gives a reading to all who ask within its minimum interval', async () => {
    const reads = async (min_interval: number) => {
      const { logger } = recordLog();
      const config = { ...defaults, simulate: 1, min_interval };
      const receiver = await createNvme(config, { id: 'nvme', logger, meter: createNoopMeter() });
      const collections = [await receiver.collect(), await receiver.collect()];
      return new Set(collections).size;
    };
    expect([await reads(3_600_000), await reads(0)]).to.deep.equal([1, 2]);
  });

  describe('on a machine', () => {
    let sysfs: Sysfs;
    beforeEach(() => {
      sysfs = createSysfs();
      sysfs.addController('nvme1', { serial: 'vol0123456789abcdef0' });
      sysfs.addController('nvme2', { model: 'Samsung SSD 980', serial: 'S5' });
    });
    afterEach(() => sysfs.remove());

    it("looks for drives and for their device nodes where it was told, and warns of none that is another's", async () => {
      const received = await receive({ sys_path: sysfs.path, dev_path: `${sysfs.path}/no-dev` });
      expect(received.receiver.simulated).to.equal(false);
      expect(devicesIn(received)).to.deep.equal(['nvme1n1']);
      expect(received.lines.map(({ level, msg }) => `${level}: ${msg}`)).to.deep.equal([
        'info: volume attached',
        `warn: cannot read ${sysfs.path}/no-dev/nvme1n1: no such device (detached, or /dev of the host is mounted elsewhere: see \`dev_path\`)`,
      ]);
    });

    it('warns of a sys_path that is not there: its node would look like one without volumes', async () => {
      const { lines } = await receive({ sys_path: `${sysfs.path}/no-sys` });
      expect(lines.map(({ level, msg }) => `${level}: ${msg}`)).to.deep.equal([
        "warn: sys_path does not exist, so no volume is found: name where the host's /sys is mounted",
        'info: no Amazon NVMe volume is attached; one that is attached later is read too',
      ]);
    });

    it('tells of its drives, those of others among them', () => {
      const { drives } = createMachine({ ...defaults, sys_path: sysfs.path });
      expect(drives().foreign.map(({ device }) => device)).to.deep.equal(['nvme2n1']);
    });
  });

  it('can describe simulated volumes', async () => {
    const source = await createSimulated({ ...defaults, simulate: 2 });
    expect(source.describe(source.discover())).to.have.length(2);
  });
});
