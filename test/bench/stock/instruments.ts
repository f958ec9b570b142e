import type { Meter, Observable } from '@opentelemetry/api';
import type { Statistics } from '../../../receiver/nvme/statistics.ts';
import type { VolumeStatistics } from './histograms.ts';

interface Scalar {
  readonly name: string;
  readonly description: string;
  readonly value: (statistics: Statistics) => number;
}

/** The exporter adds `_total`. */
const counters: readonly Scalar[] = [
  {
    name: 'ebs_volume_performance_exceeded_iops',
    description: "Time that demand exceeded the volume's IOPS, in microseconds.",
    value: ({ volumeIopsExceededMicros }) => volumeIopsExceededMicros,
  },
  {
    name: 'ebs_volume_performance_exceeded_throughput',
    description: "Time that demand exceeded the volume's throughput, in microseconds.",
    value: ({ volumeThroughputExceededMicros }) => volumeThroughputExceededMicros,
  },
  {
    name: 'ebs_instance_performance_exceeded_iops',
    description: "Time that demand exceeded the instance's IOPS, in microseconds.",
    value: ({ instanceIopsExceededMicros }) => instanceIopsExceededMicros,
  },
  {
    name: 'ebs_instance_performance_exceeded_throughput',
    description: "Time that demand exceeded the instance's throughput, in microseconds.",
    value: ({ instanceThroughputExceededMicros }) => instanceThroughputExceededMicros,
  },
  {
    name: 'ebs_total_read_ops',
    description: 'Reads completed.',
    value: ({ readOperations }) => readOperations,
  },
  {
    name: 'ebs_total_write_ops',
    description: 'Writes completed.',
    value: ({ writeOperations }) => writeOperations,
  },
  { name: 'ebs_total_read_bytes', description: 'Bytes read.', value: ({ readBytes }) => readBytes },
  { name: 'ebs_total_write_bytes', description: 'Bytes written.', value: ({ writeBytes }) => writeBytes },
  {
    name: 'ebs_total_read_time',
    description: 'Time spent on reads, in microseconds.',
    value: ({ readTimeMicros }) => readTimeMicros,
  },
  {
    name: 'ebs_total_write_time',
    description: 'Time spent on writes, in microseconds.',
    value: ({ writeTimeMicros }) => writeTimeMicros,
  },
];

export function registerInstruments(meter: Meter, read: () => Promise<readonly VolumeStatistics[]>): void {
  const instruments: (readonly [Observable, Scalar['value']])[] = counters.map(
    ({ name, description, value }) => [meter.createObservableCounter(name, { description }), value],
  );
  const queueLength = meter.createObservableGauge('ebs_volume_queue_length', {
    description: 'Operations submitted and not completed.',
  });
  instruments.push([queueLength, (statistics) => statistics.queueLength]);
  meter.addBatchObservableCallback(
    async (result) => {
      for (const { attributes, statistics } of await read()) {
        for (const [instrument, value] of instruments)
          result.observe(instrument, value(statistics), attributes);
      }
    },
    instruments.map(([instrument]) => instrument),
  );
}
