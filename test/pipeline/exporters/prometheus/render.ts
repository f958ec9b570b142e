import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { NamingId } from '../../../../pipeline/exporters/prometheus/config.ts';
import {
  openMetricsFormat,
  textFormat,
} from '../../../../pipeline/exporters/prometheus/exposition-format.ts';
import { createPageContent } from '../../../../pipeline/exporters/prometheus/families.ts';
import { createPageRenderer } from '../../../../pipeline/exporters/prometheus/rendered-page.ts';
import { collectionOf } from '../../../fixtures/collections.ts';
import { type Dialect, parsePage, type ParsedFamily } from '../../../fixtures/page-parser.ts';

export const formats = { text: textFormat, openmetrics: openMetricsFormat } as const;

/** The page, as a scraper gets it. */
export function render(
  metrics: ResourceMetrics,
  namings: readonly NamingId[],
  dialect: Dialect = 'text',
): string {
  const content = createPageContent(namings);
  const renderPage = createPageRenderer(content);
  return renderPage(collectionOf(metrics), formats[dialect]).body.toString('utf8');
}

/** The page, as a scraper understands it. */
export function read(
  metrics: ResourceMetrics,
  namings: readonly NamingId[],
  dialect: Dialect = 'text',
): ReadonlyMap<string, ParsedFamily> {
  return parsePage(render(metrics, namings, dialect), dialect);
}

/** The samples of one name, as `{label: value}` and value. */
export function samplesOf(
  families: ReadonlyMap<string, ParsedFamily>,
  name: string,
): readonly (readonly [Readonly<Record<string, string>>, number])[] {
  return [...families.values()]
    .flatMap(({ samples }) => samples)
    .filter((sample) => sample.name === name)
    .map(({ labels, value }) => [Object.fromEntries(labels), value] as const);
}
