import type { Attributes } from '@opentelemetry/api';
import {
  type DataPoint,
  DataPointType,
  type MetricData,
  type MetricDescriptor,
} from '@opentelemetry/sdk-metrics';
import { metricName, metricPrefix, volumeMetrics } from '../../../../receiver/nvme/metrics.ts';
import type { VolumeKind } from '../../../../receiver/nvme/statistics.ts';
import { type Family, openFamily, type Series, sorted } from '../family.ts';
import { attributeLabels } from '../labels.ts';
import { seriesOrder } from '../series-order.ts';
import { type NamedType, prometheusName, prometheusUnit } from './otel-names.ts';

/**
 * Any metric, by the OpenTelemetry-to-Prometheus rules. Series carry no scope: the rules want `otel_scope_name` and
 * `otel_scope_version` by default and a way to leave them out; here no two scopes share a metric, and two more labels
 * on every line of the page would say nothing.
 */
export interface OtelNaming {
  families(metrics: readonly MetricData[]): { families: readonly Family[]; skipped: readonly Skipped[] };
}

/** A metric that the page cannot carry, and why. */
export interface Skipped {
  readonly metric: string;
  readonly reason: string;
}

const kinds = Object.keys(metricPrefix) as VolumeKind[];

/** Volume metrics come first, in the order of their table; then the others, as they came. */
const places: ReadonlyMap<string, number> = new Map(
  kinds
    .flatMap((kind) => volumeMetrics.map((metric) => metricName(kind, metric)))
    .map((name, index) => [name, index]),
);

function place(metric: MetricData): number {
  return places.get(metric.descriptor.name) ?? places.size;
}

function typeOf(metric: MetricData): NamedType | undefined {
  switch (metric.dataPointType) {
    case DataPointType.SUM:
      return metric.isMonotonic ? 'counter' : 'gauge';
    case DataPointType.GAUGE:
      return 'gauge';
    case DataPointType.HISTOGRAM:
      return 'histogram';
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return undefined;
  }
}

/** Keeps what it made of names and attributes for as long as those live. */
export function createOtelNaming(): OtelNaming {
  const names = new WeakMap<MetricDescriptor, { name: string; unit: string }>();
  const labelled = new WeakMap<Attributes, { labels: string; order: string }>();

  const namesOf = (descriptor: MetricDescriptor, type: NamedType) => {
    let known = names.get(descriptor);
    if (known === undefined) {
      const unit = prometheusUnit(descriptor.unit, type);
      known = { name: prometheusName(descriptor.name, unit, type), unit };
      names.set(descriptor, known);
    }
    return known;
  };

  const append = <Value>(series: Series<Value>[], points: readonly DataPoint<Value>[]) => {
    for (const { attributes, value, startTime } of points) {
      let known = labelled.get(attributes);
      if (known === undefined) {
        known = { labels: attributeLabels(attributes).join(','), order: seriesOrder(attributes) };
        labelled.set(attributes, known);
      }
      series.push({ labels: known.labels, order: known.order, value, startTime });
    }
  };

  return {
    families(metrics) {
      const open = new Map<string, Family>();
      const skipped: Skipped[] = [];
      for (const metric of metrics.toSorted((a, b) => place(a) - place(b))) {
        const { descriptor } = metric;
        const type = typeOf(metric);
        if (type === undefined) {
          skipped.push({
            metric: descriptor.name,
            reason: 'the text formats have no exponential histograms',
          });
          continue;
        }
        const { name, unit } = namesOf(descriptor, type);
        const family = open.get(name) ?? openFamily(type, name, unit, descriptor.description);
        if (family.type !== type) {
          skipped.push({
            metric: descriptor.name,
            reason: `the name ${name} belongs to a ${family.type} already`,
          });
          continue;
        }
        open.set(name, family);
        if (metric.dataPointType === DataPointType.HISTOGRAM) {
          if (family.type === 'histogram') append(family.series, metric.dataPoints);
        } else if (metric.dataPointType !== DataPointType.EXPONENTIAL_HISTOGRAM) {
          if (family.type !== 'histogram') append(family.series, metric.dataPoints);
        }
      }
      return { families: Array.from(open.values(), sorted), skipped };
    },
  };
}
