import type { DataPoint, Histogram } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { createHistogramProducer, type HistogramOptions } from '../../../receiver/nvme/histograms.ts';
import { createPointAttributes } from '../../../receiver/nvme/point-attributes.ts';
import { createReadingHistory, type Reading } from '../../../receiver/nvme/reading.ts';
import type { Statistics } from '../../../receiver/nvme/statistics.ts';
import {
  bins,
  ebsVolume,
  instanceStoreVolume,
  scriptedMachine,
  statistics,
  wallStartMs,
} from '../../fixtures/volumes.ts';

const both: HistogramOptions = { latency: true, ioSizes: true };
const bands = [
  { upperSizeBytes: 4096, readLatency: bins(1, 2, 0), writeLatency: bins(3, 4, 0) },
  { upperSizeBytes: Infinity, readLatency: bins(5, 6, 7), writeLatency: bins() },
];

async function readingOf(
  ...drives: readonly (readonly [ReturnType<typeof ebsVolume>, Statistics | 'timeout'])[]
): Promise<Reading> {
  const machine = scriptedMachine();
  machine.drives = new Map(drives);
  const volumes = machine.discover();
  return createReadingHistory(false).next(volumes, await machine.read(volumes, 1000), wallStartMs).reading;
}

/** Per metric, per point: its own attributes and its value. */
async function histograms(reading: Reading, options: HistogramOptions = both) {
  const producer = createHistogramProducer(options, createPointAttributes());
  producer.report(reading);
  const { resourceMetrics } = await producer.collect();
  return Object.fromEntries(
    resourceMetrics.scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .map(({ descriptor, dataPoints }) => [
        descriptor.name,
        (dataPoints as DataPoint<Histogram>[]).map(({ attributes, value }) => ({
          of: [
            attributes['system.device.name'],
            attributes['disk.io.direction'],
            attributes['aws.instance_store.io_size.upper'],
          ]
            .filter((each) => each !== undefined)
            .join(' '),
          counts: value.buckets.counts,
          sum: value.sum,
        })),
      ]),
  );
}

describe('the histograms of a reading', () => {
  const sized = 'aws.instance_store.volume.sized_operation.duration';

  it('are there before any reading, and empty', async () => {
    const producer = createHistogramProducer(both, createPointAttributes());
    const { resourceMetrics } = await producer.collect();
    expect(resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics)).to.deep.equal([]);
  });

  it('tell latencies by size of the I/O, without a sum that no drive keeps', async () => {
    const reading = await readingOf([
      instanceStoreVolume(3),
      statistics({ ioSizeBands: bands, readTimeMicros: 5 }, 'instance_store'),
    ]);
    expect((await histograms(reading))[sized]).to.deep.equal([
      { of: 'nvme3n1 read 4096', counts: [1, 2, 0], sum: undefined },
      { of: 'nvme3n1 write 4096', counts: [3, 4, 0], sum: undefined },
      { of: 'nvme3n1 read +Inf', counts: [5, 6, 7], sum: undefined },
    ]);
  });

  it('are those that were asked for', async () => {
    const reading = await readingOf(
      [ebsVolume(1), statistics()],
      [instanceStoreVolume(3), statistics({ ioSizeBands: bands }, 'instance_store')],
    );
    const names = async (options: HistogramOptions) => Object.keys(await histograms(reading, options));
    const latencies = ['aws.ebs.volume.operation.duration', 'aws.instance_store.volume.operation.duration'];
    expect(await names(both)).to.have.members([...latencies, sized]);
    expect(await names({ latency: true, ioSizes: false })).to.have.members(latencies);
    expect(await names({ latency: false, ioSizes: true })).to.have.members([sized]);
    expect(await names({ latency: false, ioSizes: false })).to.deep.equal([]);
  });

  it('leave out volumes that were not read, and pages that have no bins', async () => {
    const reading = await readingOf(
      [ebsVolume(1), 'timeout'],
      [
        ebsVolume(2),
        statistics({ readLatency: bins(), writeLatency: bins(1, 1), writeTimeMicros: 3_000_000 }),
      ],
      [ebsVolume(3), statistics({ readLatency: bins(), writeLatency: bins() })],
    );
    expect(await histograms(reading)).to.deep.equal({
      'aws.ebs.volume.operation.duration': [{ of: 'nvme2n1 write', counts: [1, 1], sum: 3 }],
    });
  });
});
