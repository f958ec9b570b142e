import { expect } from 'chai';
import { createNoopMeter } from '@opentelemetry/api';
import { DataPointType } from '@opentelemetry/sdk-metrics';
import { createNvmeReceiver } from '../../../receiver/nvme/receiver.ts';
import { metricName, volumeMetrics } from '../../../receiver/nvme/metrics.ts';
import type { StatisticsSource } from '../../../receiver/nvme/source.ts';
import {
  bins,
  ebsVolume,
  instanceStoreVolume,
  scriptedMachine,
  statistics,
  wallStartMs,
} from '../../fixtures/volumes.ts';
import { metric, metricsOf, series } from './collected.ts';

interface LogLine {
  readonly level: 'info' | 'warn';
  readonly message: string;
  readonly volume: unknown;
}

function setUp(
  options: { minIntervalMs?: number; source?: (machine: StatisticsSource) => StatisticsSource } = {},
) {
  const machine = scriptedMachine();
  const log: LogLine[] = [];
  const receiver = createNvmeReceiver(
    {
      id: 'nvme',
      minIntervalMs: options.minIntervalMs ?? 1000,
      readTimeoutMs: 2000,
      includes: () => true,
      histograms: { latency: true, ioSizes: true },
      version: '0.0.0-test',
    },
    {
      source: options.source?.(machine) ?? machine,
      log: {
        info: (message, { volume }) => log.push({ level: 'info', message, volume }),
        warn: (message, { volume }) => log.push({ level: 'warn', message, volume }),
      },
      meter: createNoopMeter(),
      monotonicNow: () => machine.nowMs,
      wallNow: () => wallStartMs + machine.nowMs,
    },
  );
  const collectAt = (seconds: number) => {
    machine.nowMs = seconds * 1000;
    return receiver.collect();
  };
  return { machine, receiver, log, collectAt };
}

const page = statistics({
  readOperations: 889,
  writeOperations: 11792,
  readBytes: 19936256,
  writeBytes: 1233915392,
  readTimeMicros: 543399,
  writeTimeMicros: 21647790,
  volumeThroughputExceededMicros: 804708,
  queueLength: 3,
  readLatency: bins(100, 700, 89),
  writeLatency: bins(11000, 700, 92),
});

describe('the nvme receiver', () => {
  it('reports every value of the page under the names of the table', async () => {
    const { machine, collectAt } = setUp();
    machine.drives.set(ebsVolume(1, 'vol-0123456789abcdef0'), page);
    const collection = await collectAt(0);
    const id = 'aws.ebs.volume.id=vol-0123456789abcdef0,system.device.name=nvme1n1';
    expect(Object.fromEntries(series(collection))).to.deep.equal({
      [`aws.ebs.volume.operations{${id},disk.io.direction=read}`]: 889,
      [`aws.ebs.volume.operations{${id},disk.io.direction=write}`]: 11792,
      [`aws.ebs.volume.io{${id},disk.io.direction=read}`]: 19936256,
      [`aws.ebs.volume.io{${id},disk.io.direction=write}`]: 1233915392,
      [`aws.ebs.volume.operation_time{${id},disk.io.direction=read}`]: 0.543399,
      [`aws.ebs.volume.operation_time{${id},disk.io.direction=write}`]: 21.64779,
      [`aws.ebs.volume.performance_exceeded.time{${id},aws.ebs.limit.scope=volume,aws.ebs.limit.type=iops}`]: 0,
      [`aws.ebs.volume.performance_exceeded.time{${id},aws.ebs.limit.scope=volume,aws.ebs.limit.type=throughput}`]: 0.804708,
      [`aws.ebs.volume.performance_exceeded.time{${id},aws.ebs.limit.scope=instance,aws.ebs.limit.type=iops}`]: 0,
      [`aws.ebs.volume.performance_exceeded.time{${id},aws.ebs.limit.scope=instance,aws.ebs.limit.type=throughput}`]: 0,
      [`aws.ebs.volume.queue_length{${id}}`]: 3,
      [`aws.ebs.volume.up{${id}}`]: 1,
      [`aws.ebs.volume.operation.duration{${id},disk.io.direction=read}`]: 889,
      [`aws.ebs.volume.operation.duration{${id},disk.io.direction=write}`]: 11792,
    });
  });

  it('reports histograms whose sum is the time spent and whose bounds are seconds', async () => {
    const { machine, collectAt } = setUp();
    machine.drives.set(ebsVolume(1), page);
    const [read] = metric(await collectAt(0), 'aws.ebs.volume.operation.duration').dataPoints;
    expect(read?.value).to.deep.equal({
      buckets: { boundaries: [1e-6, 2e-6], counts: [100, 700, 89] },
      count: 889,
      sum: 0.543399,
    });
  });

  it('reports what the drive says, though values be added up for years', async () => {
    const { machine, collectAt } = setUp();
    const volume = ebsVolume(1);
    let micros = 0;
    for (let round = 0; round < 300; round++) {
      micros += 1 + round * 37;
      machine.drives.set(volume, statistics({ readTimeMicros: micros }));
      const [point] = metric(await collectAt(round * 10), 'aws.ebs.volume.operation_time').dataPoints;
      expect(point?.value).to.equal(micros / 1e6);
    }
  });

  it('has one table: nothing is reported that is not in it, in unit, kind and description', async () => {
    const { machine, collectAt } = setUp();
    const band = { upperSizeBytes: 4096, readLatency: bins(1, 2, 0), writeLatency: bins(3, 4, 0) };
    const drives = () => {
      machine.drives.set(ebsVolume(1), page);
      machine.drives.set(instanceStoreVolume(2), statistics({ ioSizeBands: [band] }, 'instance_store'));
    };
    drives();
    await collectAt(0);
    const reported = new Map(metricsOf(await collectAt(10)).map((data) => [data.descriptor.name, data]));
    const table = (['ebs', 'instance_store'] as const).flatMap((kind) =>
      volumeMetrics
        .filter((row) => row.kinds.includes(kind))
        .map((row) => ({ name: metricName(kind, row), row })),
    );
    expect([...reported.keys()].sort()).to.deep.equal(table.map(({ name }) => name).sort());
    for (const { name, row } of table) {
      const data = reported.get(name);
      expect(data?.descriptor).to.include({ unit: row.unit, description: row.description });
      const type = {
        counter: DataPointType.SUM,
        histogram: DataPointType.HISTOGRAM,
        gauge: DataPointType.GAUGE,
        up: DataPointType.GAUGE,
      };
      expect(data?.dataPointType, name).to.equal(type[row.type]);
      if (data?.dataPointType === DataPointType.SUM) expect(data.isMonotonic).to.equal(true);
    }
  });

  it('gives every point the start of its attachment and the time of the reading', async () => {
    const { machine, collectAt } = setUp();
    machine.attachedAtMs = wallStartMs - 3_600_500;
    machine.drives.set(ebsVolume(1), page);
    for (const { dataPoints } of metricsOf(await collectAt(2))) {
      for (const { startTime, endTime } of dataPoints) {
        expect(startTime).to.deep.equal([wallStartMs / 1000 - 3601, 500_000_000]);
        expect(endTime).to.deep.equal([wallStartMs / 1000 + 2, 0]);
      }
    }
  });

  it('leaves nothing of a volume that is gone', async () => {
    const { machine, collectAt } = setUp();
    const [stays, goes] = [ebsVolume(1), ebsVolume(2)];
    machine.drives.set(stays, page);
    machine.drives.set(goes, page);
    const before = series(await collectAt(0));
    machine.drives.delete(goes);
    const after = [...series(await collectAt(10)).keys()];
    expect(after.filter((name) => name.includes('nvme2n1'))).to.deep.equal([]);
    expect(after.filter((name) => name.includes('nvme1n1'))).to.include.members(
      [...before.keys()].filter((name) => name.includes('nvme1n1')),
    );
  });

  it('costs a volume that fails its own points only, and brings them back', async () => {
    const { machine, collectAt, log } = setUp();
    const [good, bad] = [ebsVolume(1), ebsVolume(2)];
    machine.drives.set(good, page);
    machine.drives.set(bad, page);
    const before = await collectAt(0);
    machine.drives.set(bad, 'timeout');
    const during = series(await collectAt(10));
    await collectAt(20);
    const ofBad = [...during].filter(([name]) => name.includes('nvme2n1'));
    expect(ofBad).to.deep.equal([
      [`aws.ebs.volume.up{aws.ebs.volume.id=${bad.id},system.device.name=nvme2n1,error.type=timeout}`, 0],
    ]);
    machine.drives.set(bad, page);
    const names = [...series(await collectAt(30)).keys()];
    expect(names).to.include.members([...series(before).keys()]);
    expect(names.filter((name) => name.includes('error.type'))).to.deep.equal([]);
    expect(log.map(({ message, volume }) => `${String(volume)}: ${message}`)).to.deep.equal([
      `${good.id}: volume attached`,
      `${bad.id}: volume attached`,
      `${bad.id}: cannot read /dev/nvme2n1: timeout`,
      `${bad.id}: volume can be read again`,
    ]);
  });

  it('makes one reading for all who ask at once, and for all who ask while it is young', async () => {
    const { machine, receiver, collectAt } = setUp();
    machine.drives.set(ebsVolume(1), page);
    const collections = await Promise.all([receiver.collect(), receiver.collect(), receiver.collect()]);
    expect(new Set(collections).size).to.equal(1);
    expect(await collectAt(0.949)).to.equal(collections[0]);
    expect(machine.reads).to.equal(1);
    expect(await collectAt(1)).to.not.equal(collections[0]);
    expect(machine.reads).to.equal(2);
  });

  it('reads again, however young the reading, when a volume came or went', async () => {
    const { machine, collectAt } = setUp();
    const [stays, goes] = [ebsVolume(1), ebsVolume(2)];
    machine.drives.set(stays, page);
    machine.drives.set(goes, page);
    await collectAt(0);
    machine.drives.delete(goes);
    expect([...series(await collectAt(0.1)).keys()].filter((name) => name.includes('nvme2n1'))).to.deep.equal(
      [],
    );
    machine.drives.set(ebsVolume(2, 'vol-another'), page);
    expect([...series(await collectAt(0.2)).keys()].join()).to.include('vol-another');
    expect(machine.reads).to.equal(3);
  });

  it('gives nobody a reading that began before a volume came or went, though it is not over', async () => {
    const { machine, collectAt } = setUp();
    const [stays, goes] = [ebsVolume(1), ebsVolume(2)];
    machine.drives.set(stays, page);
    machine.drives.set(goes, page);
    const before = collectAt(0);
    machine.drives.delete(goes);
    const after = [collectAt(0), collectAt(0)];
    expect([...series(await before).keys()].join()).to.include('nvme2n1');
    for (const each of after) expect([...series(await each).keys()].join()).to.not.include('nvme2n1');
    expect(machine.reads).to.equal(2);
  });

  it('makes a reading for each tick of who asks once in the minimum interval, however timers wander', async () => {
    const { machine, collectAt } = setUp();
    machine.drives.set(ebsVolume(1), page);
    const jitterSeconds = [0.004, 0.001, 0.012, 0.002, 0.03, 0.001];
    for (const [tick, jitter] of jitterSeconds.entries()) await collectAt(tick + jitter);
    expect(machine.reads).to.equal(jitterSeconds.length);
  });

  it('is healthy without volumes and sees one that comes later', async () => {
    const { machine, collectAt, log } = setUp();
    expect(series(await collectAt(0)).size).to.equal(0);
    await collectAt(10);
    expect(
      log.filter(({ message }) => message.startsWith('no Amazon NVMe volume is attached')),
    ).to.have.length(1);
    machine.drives.set(ebsVolume(1), page);
    expect(series(await collectAt(20)).size).to.be.greaterThan(0);
  });

  it('fails a collection whose machine cannot be looked at, and recovers', async () => {
    let broken = true;
    const { machine, collectAt } = setUp({
      source: (whole) => ({
        ...whole,
        discover: () => {
          if (broken) throw new Error('cannot list /sys/class/nvme: input/output error');
          return whole.discover();
        },
      }),
    });
    machine.drives.set(ebsVolume(1), page);
    const failure = await collectAt(0).then(
      () => 'collected',
      (error: Error) => error.message,
    );
    expect(failure).to.equal('cannot list /sys/class/nvme: input/output error');
    broken = false;
    expect(series(await collectAt(0)).size).to.be.greaterThan(0);
  });

  it('reports every series of more volumes than the SDK takes series for', async () => {
    const { machine, collectAt } = setUp();
    // The SDK's own limit is 2000 series an instrument; these have four each.
    const count = 512;
    for (let number = 1; number <= count; number++) machine.drives.set(ebsVolume(number), page);
    await collectAt(0);
    const exceeded = metric(await collectAt(10), 'aws.ebs.volume.performance_exceeded.time').dataPoints;
    expect(exceeded).to.have.length(4 * count);
    expect(new Set(exceeded.map(({ attributes }) => attributes['system.device.name'])).size).to.equal(count);
  });

  it('shows a live volume after thousands of others came and went, and keeps nothing of them', async () => {
    const { machine, collectAt } = setUp({ minIntervalMs: 0 });
    const live = ebsVolume(1, 'vol-live');
    machine.drives.set(live, page);
    for (let round = 0; round < 2500; round++) {
      const passing = ebsVolume(2, `vol-${round}`);
      machine.drives.set(passing, page);
      await collectAt(round);
      machine.drives.delete(passing);
    }
    const names = [...series(await collectAt(3000)).keys()];
    expect(names).to.have.length(14 + 4);
    expect(names.every((name) => name.includes('vol-live'))).to.equal(true);
  });
});
