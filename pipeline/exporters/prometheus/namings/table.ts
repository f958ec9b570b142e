import type { Attributes } from '@opentelemetry/api';
import {
  type AttributeName,
  attributeDescriptions,
  claimLabelPrefix,
  volumeLabelPrefix,
} from '../../../../receiver/nvme/attributes.ts';
import { metricName, type PointAttributes, type VolumeMetric } from '../../../../receiver/nvme/metrics.ts';
import type { VolumeKind } from '../../../../receiver/nvme/statistics.ts';
import type { UsageMetric } from '../../../../receiver/volume-usage/metrics.ts';
import type { Family } from '../family.ts';
import { attributeLabels, attributeText, label } from '../labels.ts';
import { variantOf } from '../series-order.ts';
import type { MetricShape } from '../shape.ts';

/** One name of a naming: which points of which metric go by it, and how. */
export interface NameEntry {
  readonly metric: VolumeMetric;
  readonly points: PointAttributes;
  /** What follows the naming's prefix, `_total` included. */
  readonly name: string;
  /** Prometheus' word for the unit, where the name ends with it. */
  readonly unit?: string;
  /** Instead of the metric's description, where the value is another than the metric's. */
  readonly help?: string;
  /** Added to the metric's description. */
  readonly note?: string;
  /** From the metric's unit to the name's. */
  readonly convert?: (value: number) => number;
  /** Declared while there are volumes, even with no value yet: so that a person who looks for the name finds it. */
  readonly declared?: boolean;
}

/** A name for how full a volume is. */
export interface UsageEntry {
  readonly metric: UsageMetric;
  /** The whole name. */
  readonly name: string;
  /** Prometheus' word for the unit, where the name ends with it. */
  readonly unit?: string;
  /** Instead of the metric's description, where the value is another than the metric's. */
  readonly help?: string;
  /** From the metric's unit to the name's. */
  readonly convert?: (value: number) => number;
}

/** A system of names that people's dashboards use. */
export interface NamingTable {
  readonly prefix: Readonly<Record<VolumeKind, string>>;
  readonly entries: readonly NameEntry[];
  readonly usage?: readonly UsageEntry[];
  /** Labels of the whole page, first on every series: each from the first of these resource attributes that is known. */
  readonly resourceLabels: readonly (readonly [label: string, attributes: readonly string[]])[];
  /** The attributes that become labels, in the labels' order. */
  readonly labels: readonly (readonly [attribute: AttributeName, label: string])[];
  /** Labels that are made of several attributes, by their names. */
  readonly derivedLabels?: (attributes: Attributes) => Attributes;
  /** Families that are made of the collector's own metrics. */
  readonly collectorFamilies?: (page: {
    readonly metrics: readonly MetricShape[];
    readonly kinds: ReadonlySet<VolumeKind>;
    readonly resourceLabels: string;
  }) => readonly Family[];
}

/** An entry on volumes of one kind, or on their usage. */
export interface FamilyRule {
  /** Absent where the kind of volume makes no difference. */
  readonly kind: VolumeKind | undefined;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** The metric's full name, as it comes. */
  readonly from: string;
  readonly variant: string;
  readonly name: string;
  readonly unit: string;
  readonly help: string;
  readonly convert: ((value: number) => number) | undefined;
  readonly declared: boolean;
}

function exists({ metric, points }: NameEntry, kind: VolumeKind): boolean {
  if (!metric.kinds.includes(kind)) return false;
  if (metric.type !== 'counter' && metric.type !== 'gauge') return true;
  const variant = variantOf(points);
  return metric.points.some(
    (point) => variantOf(point.attributes) === variant && (point.kinds ?? metric.kinds).includes(kind),
  );
}

function usageRule({ metric, name, unit, help, convert }: UsageEntry): FamilyRule {
  return {
    kind: undefined,
    type: 'gauge',
    from: metric.name,
    variant: variantOf({}),
    name,
    unit: unit ?? '',
    help: help ?? metric.description,
    convert,
    declared: false,
  };
}

export function familyRules({ prefix, entries, usage = [] }: NamingTable): readonly FamilyRule[] {
  return [...volumeRules(prefix, entries), ...usage.map(usageRule)];
}

function volumeRules(prefix: NamingTable['prefix'], entries: NamingTable['entries']): readonly FamilyRule[] {
  return (Object.keys(prefix) as VolumeKind[]).flatMap((kind) =>
    entries
      .filter((entry) => exists(entry, kind))
      .map((entry) => ({
        kind,
        type: entry.metric.type === 'up' ? 'gauge' : entry.metric.type,
        from: metricName(kind, entry.metric),
        variant: variantOf(entry.points),
        name: prefix[kind] + entry.name,
        unit: entry.unit ?? '',
        help: entry.help ?? [entry.metric.description, entry.note].filter(Boolean).join(' '),
        convert: entry.convert,
        declared: entry.declared ?? false,
      })),
  );
}

export function resourceLabels(table: NamingTable, resource: Attributes): string {
  return table.resourceLabels
    .flatMap(([name, attributeNames]) => {
      const value = attributeNames.map((each) => resource[each]).find((each) => each !== undefined);
      return value === undefined ? [] : [label(name, attributeText(value))];
    })
    .join(',');
}

/** Every label name that the table may use. */
export function labelNames(table: NamingTable): ReadonlySet<string> {
  return new Set([...table.resourceLabels.map(([name]) => name), ...table.labels.map(([, name]) => name)]);
}

/** Labels of Kubernetes' objects go by the names that exporters of old gave them. */
const addedPrefixes = [
  [volumeLabelPrefix, 'pv_'],
  [claimLabelPrefix, 'pvc_'],
] as const;

function addedName(attributeName: string): string {
  for (const [prefix, short] of addedPrefixes) {
    if (attributeName.startsWith(prefix)) return short + attributeName.slice(prefix.length);
  }
  return attributeName;
}

/**
 * The labels of a series: the page's, the volume's in the table's order, and then what a processor or the user added,
 * which no table can know.
 *
 * @param own the table's label names, which nothing added may take
 */
export function seriesLabels(
  table: NamingTable,
  own: ReadonlySet<string>,
  resourcePart: string,
  attributes: Attributes,
): string {
  const parts = resourcePart === '' ? [] : [resourcePart];
  for (const [attributeName, name] of table.labels) {
    const value = attributes[attributeName];
    if (value !== undefined) parts.push(label(name, attributeText(value)));
  }
  let added = table.derivedLabels?.(attributes);
  for (const name in attributes) {
    if (!(name in attributeDescriptions)) (added ??= {})[addedName(name)] = attributes[name];
  }
  if (added !== undefined) parts.push(...attributeLabels(added, own));
  return parts.join(',');
}
