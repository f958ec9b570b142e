import type { Attributes, HrTime } from '@opentelemetry/api';
import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { attribute } from '../../../../receiver/nvme/attributes.ts';
import {
  collectorScope,
  counter,
  gauge,
  histogram,
  histogramValue,
  point,
  receiverScope,
  resourceMetrics,
} from '../../../fixtures/metrics.ts';

/** A node as a receiver sees it: volumes that come, go, count and fail, and a clock. Values, no SDK. */

export const at = (second: number): HrTime => [second, 0];

/** What one attachment counted. */
export interface Totals {
  readonly operations: number;
  readonly micros: number;
  readonly counts: readonly number[];
}

export interface Attached {
  readonly startSecond: number;
  readonly boundaries: readonly number[];
  readonly totals: Totals;
  /** Of the points: objects that stay the same while the process and what is known of the volume do. */
  readonly attributes: Attributes;
}

export const firstBounds: readonly number[] = [0.001, 0.01];
export const zero = (bounds: readonly number[]): Totals => ({
  operations: 0,
  micros: 0,
  counts: Array<number>(bounds.length + 1).fill(0),
});

export function volumeAttributes(volume: string, pod?: string): Attributes {
  return {
    [attribute.volumeId]: volume,
    ...(pod === undefined ? {} : { [attribute.pod]: pod }),
    [attribute.deviceName]: `nvme-${volume}`,
  };
}

export const names = {
  operations: 'aws.ebs.volume.operations',
  time: 'aws.ebs.volume.operation_time',
  duration: 'aws.ebs.volume.operation.duration',
  own: 'ebs.collector.reads',
  queue: 'aws.ebs.volume.queue_length',
} as const;

function volumeMetrics(volumes: readonly Attached[], second: number): MetricData[] {
  const times = ({ startSecond }: Attached) => ({ startTime: at(startSecond), endTime: at(second) });
  const of = <Value>(value: (volume: Attached) => Value) =>
    volumes.map((volume) => point(value(volume), volume.attributes, times(volume)));
  const all: MetricData[] = [
    counter({ name: names.operations }, ...of(({ totals }) => totals.operations)),
    counter({ name: names.time }, ...of(({ totals }) => totals.micros / 1e6)),
    histogram(
      { name: names.duration },
      ...of(({ boundaries: bounds, totals }) =>
        histogramValue([...bounds], [...totals.counts], totals.micros / 1e6),
      ),
    ),
    gauge({ name: names.queue }, ...of(() => 1)),
  ];
  return all.filter(({ dataPoints }) => dataPoints.length > 0);
}

/** What a collection at this moment carries of these volumes, and of the collector's own counter. */
export function collectionOf(
  volumes: readonly Attached[],
  second: number,
  own: { readonly startSecond: number; readonly value: number },
): ResourceMetrics {
  const ownTimes = { startTime: at(own.startSecond), endTime: at(second) };
  return resourceMetrics(
    {},
    {
      [receiverScope]: volumeMetrics(volumes, second),
      // New attributes each time: what has no identity of its own is known by what it says.
      [collectorScope]: [counter({ name: names.own }, point(own.value, { 'error.type': 'x' }, ownTimes))],
    },
  );
}
