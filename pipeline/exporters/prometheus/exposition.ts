import type { HrTime } from '@opentelemetry/api';
import { sameBoundaries } from '../../../receiver/lay-out.ts';
import type { ExpositionFormat } from './exposition-format.ts';
import type { Family, HistogramFamily, HistogramSeries, NumberFamily } from './family.ts';
import { createDraftWriter, type DraftWriter, type NumberSource, type PageDraft } from './page-draft.ts';

/** Writes a page from the families up: all of its lines, and where its numbers are and come from. */

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

function writeNumbers(page: DraftWriter, { name, type, series }: NumberFamily, created: Created): void {
  const createdName = type === 'counter' ? name.replace(/_total$/, '_created') : '';
  for (const { labels, value, startTime } of series) {
    page.source(1, (values, into, at) => {
      into[at] = value(values);
      return at + 1;
    });
    page.text(sample(name, labels));
    page.number();
    page.text(createdName === '' ? '\n' : `\n${created(createdName, labels, startTime)}`);
  }
}

/** The rest of a bucket's line after its labels, up to the count. */
function boundEndings(bounds: readonly number[], format: ExpositionFormat): string[] {
  return [...bounds, Infinity].map((bound) => `le="${format.bound(bound)}"} `);
}

/** In the order of the lines: buckets, each with what is in those before it, then sum and count where they are shown. */
function histogramNumbers(
  { place, boundaries, sumPlace = 0 }: HistogramSeries,
  sumShown: boolean,
  countShown: boolean,
): NumberSource {
  const bucketCount = boundaries.length + 1;
  return (values, into, from) => {
    let at = from;
    let cumulative = 0;
    for (let i = 0; i < bucketCount; i++) {
      cumulative += values[place + i] ?? 0;
      into[at++] = cumulative;
    }
    if (sumShown) into[at++] = values[sumPlace] ?? NaN;
    if (countShown) into[at++] = cumulative;
    return at;
  };
}

function writeHistograms(
  page: DraftWriter,
  { name, series }: HistogramFamily,
  format: ExpositionFormat,
  created: Created,
): void {
  let bounds: readonly number[] = [];
  let endings = boundEndings(bounds, format);
  for (const each of series) {
    const { labels, boundaries, startTime, sumPlace } = each;
    if (!sameBoundaries(bounds, boundaries)) {
      bounds = boundaries;
      endings = boundEndings(bounds, format);
    }
    // A sum only where it cannot go down; in OpenMetrics a count if and only if there is a sum.
    const sumShown = sumPlace !== undefined && (boundaries[0] ?? 0) >= 0;
    const countShown = sumShown || format.countWithoutSum;
    const head = labels === '' ? `${name}_bucket{` : `${name}_bucket{${labels},`;
    const beginnings = endings.map((ending) => head + ending);
    if (sumShown) beginnings.push(sample(`${name}_sum`, labels));
    if (countShown) beginnings.push(sample(`${name}_count`, labels));
    page.source(beginnings.length, histogramNumbers(each, sumShown, countShown));
    for (const beginning of beginnings) {
      page.text(beginning);
      page.number();
      page.text('\n');
    }
    page.text(created(`${name}_created`, labels, startTime));
  }
}

/** A page of these families, in their order, with their numbers among these values. */
export function writePage(
  families: readonly Family[],
  format: ExpositionFormat,
  values: Float64Array,
): PageDraft {
  const created = createdLines(format);
  const page = createDraftWriter(values);
  for (const family of families) {
    page.text(format.metadata(family));
    if (family.type === 'histogram') writeHistograms(page, family, format, created);
    else writeNumbers(page, family, created);
  }
  page.text(format.end);
  return page.draft();
}
