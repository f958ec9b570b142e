import { DataPointType, type DataPoint, type Histogram, type MetricData } from '@opentelemetry/sdk-metrics';
import { metricsOf as scopesOf } from '../../../receiver/columns.ts';
import type { Collection } from '../../../receiver/collection.ts';

/** Looks into what a receiver collected. */

export const metricsOf = (collection: Collection): MetricData[] =>
  scopesOf(collection).flatMap(({ metrics }) => metrics);

export function metric(collection: Collection, name: string): MetricData {
  const found = metricsOf(collection).find(({ descriptor }) => descriptor.name === name);
  if (found === undefined) throw new Error(`no metric ${name}`);
  return found;
}

/** Every series with its value, like a page: `name{attribute=value,…}`. */
export function series(collection: Collection): Map<string, number> {
  const all = new Map<string, number>();
  for (const { descriptor, dataPointType, dataPoints } of metricsOf(collection)) {
    for (const { attributes, value } of dataPoints as DataPoint<number | Histogram>[]) {
      const labels = Object.entries(attributes).map(([key, label]) => `${key}=${String(label)}`);
      const number =
        dataPointType === DataPointType.HISTOGRAM ? (value as Histogram).count : (value as number);
      all.set(`${descriptor.name}{${labels.join(',')}}`, number);
    }
  }
  return all;
}
