import { runbook } from '../model/runbooks.ts';
import { timeSeries } from '../model/time-series.ts';
import { directions, either, readAndWrite } from '../promql/volumes.ts';
import { noOperations, noVolume, perSecond, thisVolume } from './scope.ts';

const inFlight = directions.map(({ name }) => perSecond(`total_${name}_time_total`)).join(' + ');

export const load = {
  title: 'Load',
  panels: [
    timeSeries({
      title: 'IOPS',
      description:
        'Operations completed. A flat top while "volume IOPS" is exceeded is the provisioned limit: gp3 comes with 3,000. EBS counts operations of up to 256 KiB (SSD) as one, and splits larger ones.',
      unit: 'iops',
      min: 0,
      isStacked: true,
      noData: noVolume,
      links: [runbook.volumeIops],
      queries: readAndWrite((direction) => perSecond(`total_${direction}_ops_total`)),
    }),
    timeSeries({
      title: 'Throughput',
      description:
        'Read and written. A flat top while "volume throughput" is exceeded is the provisioned limit: gp3 comes with 125 MiB/s.',
      unit: 'binBps',
      min: 0,
      isStacked: true,
      noData: noVolume,
      links: [runbook.volumeThroughput],
      queries: readAndWrite((direction) => perSecond(`total_${direction}_bytes_total`)),
    }),
    timeSeries({
      title: 'Size of an operation',
      description:
        'Bytes per operation, on average. Small ones use up IOPS before throughput: at 16 KiB, 3,000 IOPS carry 47 MiB/s. Larger or merged operations cost nothing but a change in the application.',
      unit: 'bytes',
      min: 0,
      noData: noOperations,
      queries: readAndWrite(
        (direction) =>
          `${perSecond(`total_${direction}_bytes_total`)} / (${perSecond(`total_${direction}_ops_total`)} > 0)`,
      ),
    }),
    timeSeries({
      title: 'Queue',
      description:
        'Operations in flight: on average, from the time that operations took together, and as found at the moment of each reading. A queue that stays long while IOPS are flat is waiting; one that stays while nothing is completed is a volume that hangs.',
      unit: 'none',
      min: 0,
      noData: noVolume,
      links: [runbook.hung],
      queries: [
        { expr: `(${inFlight}) / 1e6`, legend: 'average in flight', color: 'purple' },
        {
          expr: `max ${either('volume_queue_length', thisVolume)}`,
          legend: 'at the reading',
          color: 'green',
        },
      ],
    }),
  ],
};
