import { heatmap } from '../model/heatmap.ts';
import { seriesToVolume } from '../model/links.ts';
import { runbook } from '../model/runbooks.ts';
import { lines } from '../model/thresholds.ts';
import { timeSeries } from '../model/time-series.ts';
import { buckets, percentile } from '../promql/latency.ts';
import { chosenVolumes, directions, ebs, noOperations, perStep } from '../promql/volumes.ts';

export const latency = {
  title: 'Latency of the fleet (reads every bucket of every volume: choose a cluster or namespace first)',
  isCollapsed: true,
  panels: [
    ...directions.map(({ name }) =>
      heatmap({
        title: `Latency of ${name}s`,
        description: `How many ${name}s took how long. Two bands are two kinds of volume or of operation; a band that rises is load beyond what is provisioned.`,
        unit: 's',
        cellUnit: 'iops',
        noData: noOperations,
        queries: [{ expr: buckets(name, chosenVolumes, perStep), legend: '{{le}}' }],
      }),
    ),
    timeSeries({
      title: 'Percentiles over all chosen volumes',
      description:
        'Of all operations together: a busy volume weighs more than an idle one. p99 that rises while p50 stays: a few volumes suffer.',
      unit: 's',
      isLogarithmic: true,
      thresholds: lines([0.1, 'red']),
      noData: noOperations,
      links: [runbook.latency],
      queries: [
        { expr: percentile(0.5, 'read', chosenVolumes, perStep), legend: 'read p50' },
        { expr: percentile(0.99, 'read', chosenVolumes, perStep), legend: 'read p99' },
        { expr: percentile(0.5, 'write', chosenVolumes, perStep), legend: 'write p50' },
        { expr: percentile(0.99, 'write', chosenVolumes, perStep), legend: 'write p99' },
      ],
    }),
    timeSeries({
      title: 'Worst read p99',
      description:
        'The ten volumes whose slowest hundredth of reads takes longest at each moment. One that stays here is worth a look.',
      unit: 's',
      isLogarithmic: true,
      thresholds: lines([0.1, 'red']),
      noData: noOperations,
      links: [runbook.latency],
      dataLinks: [seriesToVolume],
      queries: [
        {
          expr: `topk(10, histogram_quantile(0.99, sum by (volume_id, namespace, persistentvolumeclaim, le) (rate(${ebs('read_io_latency_seconds_bucket', chosenVolumes)}[${perStep}]))) > 0)`,
          legend: '{{namespace}}/{{persistentvolumeclaim}} {{volume_id}}',
        },
      ],
    }),
  ],
};
