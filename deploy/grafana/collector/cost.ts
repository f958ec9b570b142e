import { lines } from '../model/thresholds.ts';
import { timeSeries } from '../model/time-series.ts';
import { noCollector, own } from '../promql/collectors.ts';
import { perStep } from '../promql/volumes.ts';

const cpu = `sum by (job, instance) (${own(`rate(process_cpu_time_seconds_total[${perStep}])`)})`;

const meanAndMost = (vector: string) =>
  [
    { expr: `avg(${vector})`, legend: 'mean', color: 'green' },
    { expr: `max(${vector})`, legend: 'most', color: 'orange' },
  ] as const;

export const cost = {
  title: 'What the collectors cost',
  panels: [
    timeSeries({
      title: 'CPU of a collector',
      description:
        'Share of one core. Against the limit of the container: near it, readings and scrapes get slow. It follows the number of volumes and of scrapers.',
      unit: 'percentunit',
      min: 0,
      noData: noCollector,
      queries: meanAndMost(cpu),
      width: 8,
    }),
    timeSeries({
      title: 'Memory of a collector',
      description:
        'Resident. Against the limit of the container: at it the kernel ends the process. One that only grows is a fault of ours: please report it.',
      unit: 'bytes',
      min: 0,
      noData: noCollector,
      queries: meanAndMost(own('process_memory_usage_bytes')),
      width: 8,
    }),
    timeSeries({
      title: 'Delay of the event loop',
      description:
        'How late the process gets to what is due: the longest in each collection, on the node where it is longest, and the mean over nodes of the 99th percentile. Above a second, scrapes time out: the container has too little CPU.',
      unit: 's',
      isLogarithmic: true,
      thresholds: lines([1, 'red']),
      noData: noCollector,
      queries: [
        { expr: `avg(${own('nodejs_eventloop_delay_p99_seconds')})`, legend: 'p99, mean', color: 'green' },
        { expr: `max(${own('nodejs_eventloop_delay_max_seconds')})`, legend: 'longest', color: 'orange' },
      ],
      width: 8,
    }),
    timeSeries({
      title: 'Collectors that started',
      description:
        'In each step. All at once: a rollout. A few again and again: they are ended, for memory or by a probe that fails.',
      unit: 'none',
      decimals: 0,
      min: 0,
      noData: noCollector,
      queries: [
        {
          expr: `sum(${own(`resets(process_uptime_seconds[${perStep}])`)})`,
          legend: 'started again',
          color: 'orange',
        },
      ],
    }),
    timeSeries({
      title: 'How long exporters take to stop (p95)',
      description:
        'At a reload: to push what is due and to stop. Longer than the grace period of the pod: what is due at its end is lost.',
      unit: 's',
      min: 0,
      noData: 'No reload in this time',
      queries: [
        {
          expr: `histogram_quantile(0.95, sum by (le) (${own('ebs_collector_shutdown_duration_seconds_bucket')}))`,
          legend: 'since the start',
        },
      ],
    }),
  ],
};
