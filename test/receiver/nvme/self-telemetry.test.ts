import { expect } from 'chai';
import { createReadingHistory, type Reading } from '../../../receiver/nvme/reading.ts';
import { createReceiverTelemetry } from '../../../receiver/nvme/self-telemetry.ts';
import type { Volume } from '../../../receiver/nvme/source.ts';
import type { Statistics } from '../../../receiver/nvme/statistics.ts';
import { recordMetrics } from '../../fixtures/component-context.ts';
import { rowOf } from '../../fixtures/statistics-rows.ts';
import {
  ebsVolume,
  instanceStoreVolume,
  scriptedMachine,
  statistics,
  wallStartMs,
} from '../../fixtures/volumes.ts';

/** Values by name and attributes; of a duration how often it was recorded, and how long in sum. */
async function setUp(latest: () => Reading | undefined = () => undefined) {
  const { meter, values } = recordMetrics();
  const telemetry = createReceiverTelemetry(meter, 'nvme/a', latest);
  const told = async () =>
    Object.fromEntries(
      (await values()).map(({ name, attributes, value }) => {
        const labels = Object.values(attributes).join(' ');
        const shown =
          typeof value === 'number' ? value : (({ count, sum }) => ({ count, sum }))(value as Duration);
        return [`${name.replace('ebs.collector.', '')}${labels === '' ? '' : ` ${labels}`}`, shown];
      }),
    );
  return { telemetry, told };
}

interface Duration {
  readonly count: number;
  readonly sum: number;
}

const noVolumes = {
  'volumes nvme/a ebs readable': 0,
  'volumes nvme/a ebs failed': 0,
  'volumes nvme/a instance_store readable': 0,
  'volumes nvme/a instance_store failed': 0,
};
const nothing = {
  ...noVolumes,
  'volume.attached': 0,
  'volume.detached': 0,
  reads: 0,
  collections: 0,
  'readings.shared': 0,
};

describe("the receiver's metrics on itself", () => {
  it('begin with zeros: a rate over the first failure needs the zero before it', async () => {
    const { told } = await setUp();
    expect(await told()).to.deep.equal(nothing);
  });

  it('count volumes by receiver, by kind and by whether they were read', async () => {
    const machine = scriptedMachine();
    machine.drives = new Map<Volume, Statistics | 'timeout'>([
      [ebsVolume(1), statistics()],
      [ebsVolume(2), statistics()],
      [ebsVolume(3), 'timeout'],
      [instanceStoreVolume(4), 'timeout'],
    ]);
    const volumes = machine.discover();
    const { reading } = createReadingHistory(false).next(
      volumes,
      await machine.read(volumes, 1),
      wallStartMs,
    );
    const { told } = await setUp(() => reading);
    expect(await told()).to.include({
      'volumes nvme/a ebs readable': 2,
      'volumes nvme/a ebs failed': 1,
      'volumes nvme/a instance_store readable': 0,
      'volumes nvme/a instance_store failed': 1,
    });
  });

  it('count attachments that begin and end, and both where counters start over', async () => {
    const { telemetry, told } = await setUp();
    const volume = ebsVolume(1);
    const error = { type: 'timeout', message: '' } as const;
    telemetry.event({ type: 'attached', volume });
    telemetry.event({ type: 'failed', volume, error });
    telemetry.event({ type: 'recovered', volume, error });
    expect(await told()).to.include({ 'volume.attached': 1, 'volume.detached': 0 });
    telemetry.event({ type: 'reset', volume });
    expect(await told()).to.include({ 'volume.attached': 2, 'volume.detached': 1 });
    telemetry.event({ type: 'detached', volume });
    expect(await told()).to.include({ 'volume.attached': 2, 'volume.detached': 2 });
  });

  it('count what was asked of drives, by what it failed of, and how long it took', async () => {
    const { telemetry, told } = await setUp();
    const answered = {
      ok: true,
      statistics: rowOf(statistics()),
      completedAtMs: 0,
      durationSeconds: 0.25,
    } as const;
    telemetry.read([answered, { ok: false, error: { type: 'timeout', message: '' }, durationSeconds: 2 }]);
    telemetry.read([answered]);
    expect(await told()).to.deep.include({
      reads: 2,
      'reads timeout': 1,
      'read.duration': { count: 3, sum: 2.5 },
    });
  });

  it('count readings of the node, those that failed, and those that served another', async () => {
    const { telemetry, told } = await setUp();
    telemetry.collected(0.5, false);
    telemetry.collected(0.25, true);
    telemetry.shared();
    telemetry.shared();
    expect(await told()).to.deep.include({
      collections: 1,
      'collections discovery': 1,
      'collection.duration': { count: 2, sum: 0.75 },
      'readings.shared': 2,
    });
  });

  it('say nothing of the volumes of a receiver that is closed', async () => {
    const { telemetry, told } = await setUp();
    telemetry.close();
    expect(await told()).to.not.have.any.keys(...Object.keys(noVolumes));
  });
});
