import { DataPointType, type DataPoint, type Histogram } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { metricsOf } from '../../../receiver/columns.ts';
import type { HistogramOptions } from '../../../receiver/nvme/histograms.ts';
import { createReadingHistory, type Reading } from '../../../receiver/nvme/reading.ts';
import type { Statistics } from '../../../receiver/nvme/statistics.ts';
import { createVolumeMetrics } from '../../../receiver/nvme/volume-metrics.ts';
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
  { upperSizeBytes: Infinity, readLatency: bins(5, 6, 7), writeLatency: bins(0, 0, 8) },
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
function histograms(reading: Reading, options: HistogramOptions = both) {
  return Object.fromEntries(
    metricsOf(createVolumeMetrics({ ...options, version: '' }).collect(reading))
      .flatMap(({ metrics }) => metrics)
      .filter(({ dataPointType }) => dataPointType === DataPointType.HISTOGRAM)
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

  it('are none where there is no volume', () => {
    expect(histograms({ readAtMs: 0, volumes: [] })).to.deep.equal({});
  });

  it('tell latencies by size of the I/O, without a sum that no drive keeps', async () => {
    const onlyReads = { ioSizeBands: [{ ...bands[0]!, writeLatency: bins() }], writeLatency: bins() };
    const reading = await readingOf(
      [instanceStoreVolume(3), statistics({ ioSizeBands: bands, readTimeMicros: 5 }, 'instance_store')],
      [instanceStoreVolume(4, 'AWS14BE4082584B141CC'), statistics(onlyReads, 'instance_store')],
    );
    expect(histograms(reading)[sized]).to.deep.equal([
      { of: 'nvme3n1 read 4096', counts: [1, 2, 0], sum: undefined },
      { of: 'nvme3n1 write 4096', counts: [3, 4, 0], sum: undefined },
      { of: 'nvme3n1 read +Inf', counts: [5, 6, 7], sum: undefined },
      { of: 'nvme3n1 write +Inf', counts: [0, 0, 8], sum: undefined },
      { of: 'nvme4n1 read 4096', counts: [1, 2, 0], sum: undefined },
    ]);
  });

  it('are those that were asked for', async () => {
    const reading = await readingOf(
      [ebsVolume(1), statistics()],
      [instanceStoreVolume(3), statistics({ ioSizeBands: bands }, 'instance_store')],
    );
    const names = (options: HistogramOptions) => Object.keys(histograms(reading, options));
    const latencies = ['aws.ebs.volume.operation.duration', 'aws.instance_store.volume.operation.duration'];
    expect(names(both)).to.have.members([...latencies, sized]);
    expect(names({ latency: true, ioSizes: false })).to.have.members(latencies);
    expect(names({ latency: false, ioSizes: true })).to.have.members([sized]);
    expect(names({ latency: false, ioSizes: false })).to.deep.equal([]);
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
    expect(histograms(reading)).to.deep.equal({
      'aws.ebs.volume.operation.duration': [{ of: 'nvme2n1 write', counts: [1, 1], sum: 3 }],
    });
  });
});
