import type { HrTime } from '@opentelemetry/api';
import type { ExpositionFormat } from './exposition-format.ts';
import type { Family, HistogramFamily, NumberFamily } from './family.ts';
import { sampleValue } from './numbers.ts';
import { createPageBuffer, type PageBuffer } from './page-buffer.ts';

/**
 * Writes a page. It runs at every scrape: labels come rendered, bounds are rendered once for the histograms that share
 * them, and no line is looked at twice.
 */

type Created = (suffixedName: string, labels: string, startTime: HrTime) => string;

/** Series of one attachment share a start time: the last one is remembered. */
function createdLines(format: ExpositionFormat): Created {
  const { created } = format;
  if (created === undefined) return () => '';
  let last: HrTime = [0, 0];
  let text = '';
  return (name, labels, startTime) => {
    if (startTime[0] === 0 && startTime[1] === 0) return '';
    if (startTime[0] !== last[0] || startTime[1] !== last[1]) {
      last = startTime;
      text = created(startTime);
    }
    return `${sample(name, labels)}${text}\n`;
  };
}

function sample(name: string, labels: string): string {
  return labels === '' ? `${name} ` : `${name}{${labels}} `;
}

function writeNumbers(page: PageBuffer, { name, type, series }: NumberFamily, created: Created): void {
  const createdName = type === 'counter' ? name.replace(/_total$/, '_created') : '';
  let lines = '';
  for (const { labels, value, startTime } of series) {
    lines += sample(name, labels) + sampleValue(value) + '\n';
    if (createdName !== '') lines += created(createdName, labels, startTime);
  }
  page.write(lines);
}

function sameBounds(a: readonly number[], b: readonly number[]): boolean {
  return a === b || (a.length === b.length && a.every((bound, i) => bound === b[i]));
}

/** The rest of a bucket's line after its labels, up to the count. */
function boundEndings(bounds: readonly number[], format: ExpositionFormat): string[] {
  return [...bounds, Infinity].map((bound) => `le="${format.bound(bound)}"} `);
}

function writeHistograms(
  page: PageBuffer,
  { name, series }: HistogramFamily,
  format: ExpositionFormat,
  created: Created,
): void {
  let bounds: readonly number[] = [];
  let endings = boundEndings(bounds, format);
  for (const { labels, value, startTime } of series) {
    const { boundaries, counts } = value.buckets;
    if (!sameBounds(bounds, boundaries)) {
      bounds = boundaries;
      endings = boundEndings(bounds, format);
    }
    const head = labels === '' ? `${name}_bucket{` : `${name}_bucket{${labels},`;
    let cumulative = 0;
    let cumulativeText = '0';
    let lines = '';
    for (let i = 0; i < endings.length; i++) {
      const count = counts[i] ?? 0;
      if (count !== 0) {
        cumulative += count;
        cumulativeText = String(cumulative);
      }
      lines += head + (endings[i] ?? '') + cumulativeText + '\n';
    }
    // A sum only where it cannot go down; in OpenMetrics a count if and only if there is a sum.
    const sum = (boundaries[0] ?? 0) < 0 ? undefined : value.sum;
    if (sum !== undefined) lines += sample(`${name}_sum`, labels) + sampleValue(sum) + '\n';
    if (sum !== undefined || format.countWithoutSum) {
      lines += sample(`${name}_count`, labels) + cumulativeText + '\n';
    }
    page.write(lines + created(`${name}_created`, labels, startTime));
  }
}

/**
 * A page of these families, in their order.
 *
 * @param expectedBytes about how large it will be: the last one's size
 */
export function exposition(
  families: readonly Family[],
  format: ExpositionFormat,
  expectedBytes = 16_384,
): Buffer {
  const created = createdLines(format);
  const page = createPageBuffer(expectedBytes);
  for (const family of families) {
    page.write(format.metadata(family));
    if (family.type === 'histogram') writeHistograms(page, family, format, created);
    else writeNumbers(page, family, created);
  }
  page.write(format.end);
  return page.bytes();
}
