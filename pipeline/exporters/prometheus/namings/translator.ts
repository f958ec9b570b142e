import type { Attributes } from '@opentelemetry/api';
import { type DataPoint, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import type { VolumeKind } from '../../../../receiver/nvme/statistics.ts';
import { type Family, openFamily, type Series, sorted } from '../family.ts';
import { seriesOrder, variantOf } from '../series-order.ts';
import {
  type FamilyRule,
  familyRules,
  labelNames,
  type NamingTable,
  resourceLabels,
  seriesLabels,
} from './table.ts';

export interface Translation {
  readonly families: readonly Family[];
  /** Points that the table has no name for, by metric; a metric it does not know comes with all of its points. */
  readonly unnamed: ReadonlyMap<MetricData, readonly DataPoint<unknown>[]>;
}

export type Translator = (metrics: readonly MetricData[], resource: Attributes) => Translation;

/** What the attributes of a point amount to. */
interface Known {
  readonly labels: string;
  readonly order: string;
  readonly variant: string;
}

/** The rules for one metric. */
interface MetricRules {
  readonly kind: VolumeKind;
  readonly type: FamilyRule['type'];
  readonly byVariant: Map<string, FamilyRule[]>;
}

function indexed(rules: readonly FamilyRule[]): ReadonlyMap<string, MetricRules> {
  const index = new Map<string, MetricRules>();
  for (const rule of rules) {
    const { kind, type, from, variant } = rule;
    const metric = index.get(from) ?? { kind, type, byVariant: new Map<string, FamilyRule[]>() };
    index.set(from, metric);
    metric.byVariant.set(variant, [...(metric.byVariant.get(variant) ?? []), rule]);
  }
  return index;
}

function isOfType(metric: MetricData, type: FamilyRule['type']): boolean {
  if (metric.dataPointType === DataPointType.SUM) return type === (metric.isMonotonic ? 'counter' : 'gauge');
  return type === (metric.dataPointType === DataPointType.HISTOGRAM ? 'histogram' : 'gauge');
}

/** Turns points into families by a naming's table. Keeps label strings for as long as the attributes live. */
export function createTranslator(table: NamingTable): Translator {
  const rules = familyRules(table);
  const index = indexed(rules);
  const ownLabels = labelNames(table);
  let resourcePart = '';
  let cache = new WeakMap<Attributes, Known>();

  const knownOf = (attributes: Attributes): Known => {
    let known = cache.get(attributes);
    if (known === undefined) {
      const labels = seriesLabels(table, ownLabels, resourcePart, attributes);
      known = { labels, order: seriesOrder(attributes), variant: variantOf(attributes) };
      cache.set(attributes, known);
    }
    return known;
  };

  /** Gives back the points that no rule is for. */
  const place = <Value>(
    points: readonly DataPoint<Value>[],
    { byVariant }: MetricRules,
    append: (rule: FamilyRule, series: Series<Value>) => void,
  ): readonly DataPoint<Value>[] => {
    const left: DataPoint<Value>[] = [];
    for (const point of points) {
      const { labels, order, variant } = knownOf(point.attributes);
      const forPoint = byVariant.get(variant);
      if (forPoint === undefined) left.push(point);
      else
        for (const rule of forPoint)
          append(rule, { labels, order, value: point.value, startTime: point.startTime });
    }
    return left;
  };

  return (metrics, resource) => {
    const labels = resourceLabels(table, resource);
    if (labels !== resourcePart) {
      resourcePart = labels;
      cache = new WeakMap();
    }
    const families = new Map(
      rules.map((rule) => [rule, openFamily(rule.type, rule.name, rule.unit, rule.help)]),
    );
    const kinds = new Set<VolumeKind>();
    const unnamed = new Map<MetricData, readonly DataPoint<unknown>[]>();

    for (const metric of metrics) {
      const metricRules = index.get(metric.descriptor.name);
      let left: readonly DataPoint<unknown>[] = metric.dataPoints;
      if (metricRules !== undefined && isOfType(metric, metricRules.type)) {
        if (metric.dataPoints.length > 0) kinds.add(metricRules.kind);
        if (metric.dataPointType === DataPointType.HISTOGRAM) {
          left = place(metric.dataPoints, metricRules, (rule, series) => {
            const family = families.get(rule);
            if (family?.type === 'histogram') family.series.push(series);
          });
        } else if (metric.dataPointType !== DataPointType.EXPONENTIAL_HISTOGRAM) {
          left = place(metric.dataPoints, metricRules, (rule, series) => {
            const family = families.get(rule);
            if (family === undefined || family.type === 'histogram') return;
            family.series.push(
              rule.convert === undefined ? series : { ...series, value: rule.convert(series.value) },
            );
          });
        }
      }
      if (left.length > 0) unnamed.set(metric, left);
    }

    const shown = rules.flatMap((rule) => {
      const family = families.get(rule);
      if (family === undefined) return [];
      return family.series.length > 0 || (rule.declared && kinds.has(rule.kind)) ? [sorted(family)] : [];
    });
    return {
      families: [
        ...shown,
        ...(table.collectorFamilies?.({ metrics, kinds, resourceLabels: resourcePart }) ?? []),
      ],
      unnamed,
    };
  };
}
