import type { Attributes, HrTime } from '@opentelemetry/api';
import type { DataPoint, MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import {
  createDeltaConverter,
  type DeltaConverter,
  type DeltaOptions,
} from '../../../../pipeline/exporters/temporality/delta-converter.ts';
import { counter, point, resourceMetrics } from '../../../fixtures/metrics.ts';
import { freeze } from '../../processors/arbitrary-metrics.ts';
import { at, volumeAttributes } from './world.ts';

/** One counter, converted reading by reading, and what that says in words. */

/** The collector starts at 100 s. */
export const converterOf = (options: Partial<DeltaOptions> = {}) =>
  createDeltaConverter({ since: at(100), bootId: 'boot', ...options });

export const volume = volumeAttributes('vol-a');
export const other = volumeAttributes('vol-b');

/** A point of a volume that was attached long ago, unless it says otherwise. */
export const reading = (
  value: number,
  endTime: HrTime,
  startTime = at(10),
  attributes: Attributes = volume,
) => point(value, attributes, { startTime, endTime });

export const collection = (...points: DataPoint<number>[]): ResourceMetrics =>
  freeze(resourceMetrics({}, points.length === 0 ? {} : { scope: [counter({ name: 'io' }, ...points)] }));

export const metricsOf = ({ scopeMetrics }: ResourceMetrics): MetricData[] =>
  scopeMetrics.flatMap(({ metrics }) => metrics);

/** `5 in 10..20`: what is said of which seconds. */
export const said = (metrics: ResourceMetrics): string[] =>
  metricsOf(metrics).flatMap(({ dataPoints }) =>
    dataPoints.map(({ value, startTime, endTime }) => {
      const amount = typeof value === 'number' ? value : value.count;
      return `${amount} in ${startTime[0]}..${endTime[0]}`;
    }),
  );

/** Taken over. */
export function push(converter: DeltaConverter, metrics: ResourceMetrics): string[] {
  const delta = converter.compute(metrics);
  delta.commit();
  return said(delta.metrics);
}

/** Refused: nobody took it over. */
export const refuse = (converter: DeltaConverter, metrics: ResourceMetrics): string[] =>
  said(converter.compute(metrics).metrics);
