import type { Attributes } from '@opentelemetry/api';
import type { VolumeKind } from '../../../../receiver/nvme/statistics.ts';
import { type Family, histogramSeries, numberSeries, openFamily, sorted } from '../family.ts';
import { seriesOrder, variantOf } from '../series-order.ts';
import type { MetricShape, PointShape, Shape } from '../shape.ts';
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
  readonly unnamed: ReadonlyMap<MetricShape, readonly PointShape[]>;
}

export type Translator = (shape: Shape) => Translation;

/** What the attributes of a point amount to. */
interface Known {
  readonly labels: string;
  readonly order: string;
  readonly variant: string;
}

/** The rules for one metric. */
interface MetricRules {
  readonly kind: VolumeKind | undefined;
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
  const place = <Point extends PointShape>(
    points: readonly Point[],
    { byVariant }: MetricRules,
    append: (rule: FamilyRule, known: Known, point: Point) => void,
  ): readonly PointShape[] => {
    const left: Point[] = [];
    for (const point of points) {
      const known = knownOf(point.attributes);
      const forPoint = byVariant.get(known.variant);
      if (forPoint === undefined) left.push(point);
      else for (const rule of forPoint) append(rule, known, point);
    }
    return left;
  };

  return ({ metrics, resource }) => {
    const labels = resourceLabels(table, resource);
    if (labels !== resourcePart) {
      resourcePart = labels;
      cache = new WeakMap();
    }
    const families = new Map(
      rules.map((rule) => [rule, openFamily(rule.type, rule.name, rule.unit, rule.help)]),
    );
    const kinds = new Set<VolumeKind>();
    const unnamed = new Map<MetricShape, readonly PointShape[]>();

    for (const metric of metrics) {
      const metricRules = index.get(metric.descriptor.name);
      let left: readonly PointShape[] = metric.points;
      if (metricRules !== undefined && metric.type === metricRules.type) {
        if (metric.points.length > 0 && metricRules.kind !== undefined) kinds.add(metricRules.kind);
        if (metric.type === 'histogram') {
          left = place(metric.points, metricRules, (rule, known, point) => {
            const family = families.get(rule);
            if (family?.type === 'histogram') family.series.push(histogramSeries(known, point));
          });
        } else {
          left = place(metric.points, metricRules, (rule, known, point) => {
            const family = families.get(rule);
            if (family === undefined || family.type === 'histogram') return;
            family.series.push(numberSeries(known, point, rule.convert));
          });
        }
      }
      if (left.length > 0) unnamed.set(metric, left);
    }

    const shown = rules.flatMap((rule) => {
      const family = families.get(rule);
      if (family === undefined) return [];
      return family.series.length > 0 || (rule.declared && rule.kind !== undefined && kinds.has(rule.kind))
        ? [sorted(family)]
        : [];
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
