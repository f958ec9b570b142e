import type { Attributes } from '@opentelemetry/api';
import type { MetricDescriptor } from '@opentelemetry/sdk-metrics';
import { metricName, metricPrefix, volumeMetrics } from '../../../../receiver/nvme/metrics.ts';
import type { VolumeKind } from '../../../../receiver/nvme/statistics.ts';
import { type Family, histogramSeries, numberSeries, openFamily, sorted } from '../family.ts';
import { attributeLabels } from '../labels.ts';
import { seriesOrder } from '../series-order.ts';
import type { MetricShape } from '../shape.ts';
import { type NamedType, prometheusName, prometheusUnit } from './otel-names.ts';

/**
 * Any metric, by the OpenTelemetry-to-Prometheus rules. Series carry no scope: the rules want `otel_scope_name` and
 * `otel_scope_version` by default and a way to leave them out; here no two scopes share a metric, and two more labels
 * on every line of the page would say nothing.
 */
export interface OtelNaming {
  families(metrics: readonly MetricShape[]): { families: readonly Family[]; skipped: readonly Skipped[] };
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

function place(metric: MetricShape): number {
  return places.get(metric.descriptor.name) ?? places.size;
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

  const labelledOf = (attributes: Attributes) => {
    let known = labelled.get(attributes);
    if (known === undefined) {
      known = { labels: attributeLabels(attributes).join(','), order: seriesOrder(attributes) };
      labelled.set(attributes, known);
    }
    return known;
  };

  return {
    families(metrics) {
      const open = new Map<string, Family>();
      const skipped: Skipped[] = [];
      for (const metric of metrics.toSorted((a, b) => place(a) - place(b))) {
        const { descriptor, type } = metric;
        if (type === 'exponential histogram') {
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
        if (type === 'histogram') {
          if (family.type !== 'histogram') continue;
          for (const point of metric.points)
            family.series.push(histogramSeries(labelledOf(point.attributes), point));
        } else if (family.type !== 'histogram') {
          for (const point of metric.points)
            family.series.push(numberSeries(labelledOf(point.attributes), point));
        }
      }
      return { families: Array.from(open.values(), sorted), skipped };
    },
  };
}
