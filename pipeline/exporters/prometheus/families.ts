import type { Attributes } from '@opentelemetry/api';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { NamingId } from './config.ts';
import type { Family } from './family.ts';
import { attributeLabels } from './labels.ts';
import { awsEbsCsiNaming } from './namings/aws-ebs-csi.ts';
import { ebsNaming } from './namings/ebs.ts';
import { kubeletNaming } from './namings/kubelet.ts';
import { createOtelNaming, type Skipped } from './namings/otel.ts';
import { pvDiskUsageNaming } from './namings/pv-disk-usage.ts';
import type { NamingTable } from './namings/table.ts';
import { createTranslator, type Translation } from './namings/translator.ts';
import { type MetricShape, type PointShape, shapeOf } from './shape.ts';

export interface PageContent {
  /** In the order of the page; no two of one name. */
  readonly families: readonly Family[];
  readonly skipped: readonly Skipped[];
}

const tables: Readonly<Record<Exclude<NamingId, 'otel'>, NamingTable>> = {
  ebs: ebsNaming,
  aws_ebs_csi: awsEbsCsiNaming,
  kubelet: kubeletNaming,
  pv_disk_usage: pvDiskUsageNaming,
};

function targetInfo(resource: Attributes): readonly Family[] {
  const labels = attributeLabels(resource).join(',');
  if (labels === '') return [];
  return [
    {
      type: 'info',
      name: 'target_info',
      unit: '',
      help: 'The resource: what is known of the collector, its machine and its cluster.',
      series: [{ labels, order: '', value: () => 1, startTime: [0, 0] }],
    },
  ];
}

function withPoints(metric: MetricShape, keep: (point: PointShape) => boolean): MetricShape {
  if (metric.type === 'histogram') return { ...metric, points: metric.points.filter(keep) };
  return { ...metric, points: metric.points.filter(keep) };
}

/** What none of the tables has a name for: nothing is lost for want of one. */
function unnamedByAll(
  metrics: readonly MetricShape[],
  translations: readonly Translation[],
): readonly MetricShape[] {
  return metrics.flatMap((metric) => {
    const left = translations.map(({ unnamed }) => unnamed.get(metric));
    if (left.includes(undefined)) return [];
    if (left.every((points) => points === metric.points)) return [metric];
    const rest = withPoints(metric, (point) => left.every((points) => points?.includes(point)));
    return rest.points.length > 0 ? [rest] : [];
  });
}

/** Turns what a pipeline carries into the page's families, by the given namings. Made once; keeps what it learned. */
export function createPageContent(namings: readonly NamingId[]): (layout: ResourceMetrics) => PageContent {
  const wanted = new Set(namings);
  const translators = [...wanted].flatMap((id) => (id === 'otel' ? [] : [createTranslator(tables[id])]));
  const otel = createOtelNaming();

  return (layout) => {
    const shape = shapeOf(layout);
    const translations = translators.map((translate) => translate(shape));
    const { families, skipped } = otel.families(
      wanted.has('otel') ? shape.metrics : unnamedByAll(shape.metrics, translations),
    );
    return {
      families: [
        ...targetInfo(shape.resource),
        ...translations.flatMap((each) => each.families),
        ...families,
      ],
      skipped,
    };
  };
}
