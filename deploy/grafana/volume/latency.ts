import { heatmap } from '../model/heatmap.ts';
import { runbook } from '../model/runbooks.ts';
import { lines } from '../model/thresholds.ts';
import { timeSeries } from '../model/time-series.ts';
import { buckets, percentile } from '../promql/latency.ts';
import { directions, perStep } from '../promql/volumes.ts';
import { noOperations, perSecond, thisVolume } from './scope.ts';

const quantiles = [
  { name: 'p50', quantile: 0.5, color: 'green' },
  { name: 'p95', quantile: 0.95, color: 'yellow' },
  { name: 'p99', quantile: 0.99, color: 'orange' },
  { name: 'p99.9', quantile: 0.999, color: 'red' },
] as const;

export const latency = {
  title: 'Latency, as the drive measures it: without the time in the queue of the operating system',
  panels: [
    ...directions.map(({ name }) =>
      heatmap({
        title: `Latency of ${name}s`,
        description: `How many ${name}s took how long. A second band above the first is operations that waited: compare it with "Who throttles it" at the same time. A lone band that moves up is the volume or its network getting slower.`,
        unit: 's',
        cellUnit: 'iops',
        noData: noOperations,
        queries: [{ expr: buckets(name, thisVolume, perStep), legend: '{{le}}' }],
      }),
    ),
    ...directions.map(({ name }) =>
      timeSeries({
        title: `Percentiles of ${name}s`,
        description: `p50 is the usual ${name}; p99 is what one in a hundred exceeds. All rise: the volume is slow or throttled. Only the high ones rise: bursts. Values between two bounds of the drive's histogram are interpolated.`,
        unit: 's',
        isLogarithmic: true,
        thresholds: lines([0.1, 'red']),
        noData: noOperations,
        links: [runbook.latency],
        queries: [
          ...quantiles.map(({ name: legend, quantile, color }) => ({
            expr: percentile(quantile, name, thisVolume, perStep),
            legend,
            color,
          })),
          {
            expr: `${perSecond(`total_${name}_time_total`)} / (${perSecond(`total_${name}_ops_total`)} > 0) / 1e6`,
            legend: 'mean',
            color: 'blue',
          },
        ],
      }),
    ),
  ],
};
