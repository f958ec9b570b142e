import type { HrTime } from '@opentelemetry/api';
import type { Histogram } from '@opentelemetry/sdk-metrics';
import type { SavedSeries } from './series-store.ts';
import type { Position } from './step.ts';

/** How far everything was taken over, for the next process to go on from. */
export interface SavedState {
  readonly bootId: string;
  readonly nothingSentAfter: HrTime;
  readonly sums: readonly SavedSeries<number>[];
  readonly histograms: readonly SavedSeries<Histogram>[];
}

/** Another number where the lines mean something else. */
const format = 1;

/** JSON lines: a header that says how many series follow, then a line for each. Ends with a line break. */
export function writeState({ bootId, nothingSentAfter, sums, histograms }: SavedState): string {
  const boundaries = new Map<readonly number[], string>();
  const boundariesOf = (values: readonly number[]): string => {
    let text = boundaries.get(values);
    if (text === undefined) boundaries.set(values, (text = JSON.stringify(values)));
    return text;
  };
  const series = sums.length + histograms.length;
  let text = `${JSON.stringify({ temporality: format, bootId, nothingSentAfter, series })}\n`;
  const histogram = ({ buckets, count, sum }: Histogram): string =>
    `[${count},${sum ?? 'null'},${boundariesOf(buckets.boundaries)},[${buckets.counts.join()}]]`;
  for (const saved of sums) text += write(saved, String);
  for (const saved of histograms) text += write(saved, histogram);
  return text;
}

/** Written by hand: JSON.stringify of the whole line takes longer. */
function write<Value>({ metric, key, position }: SavedSeries<Value>, value: (seen: Value) => string): string {
  const { startTime, takenOverAt, seen } = position;
  const times = `${startTime[0]},${startTime[1]},${takenOverAt[0]},${takenOverAt[1]}`;
  return `[${quote(metric)},${quote(key)},${times},${value(seen)}]\n`;
}

const quote = (text: string): string => JSON.stringify(text);

/**
 * All or nothing: without one of its series, what was sent of that would be sent again.
 * @returns undefined where this is not a state that writeState wrote, or not the whole of it
 */
export function readState(text: string): SavedState | undefined {
  const [first = '', ...lines] = text.split('\n');
  const header = parse(first);
  if (!isHeader(header) || lines.pop() !== '' || lines.length !== header.series) return undefined;
  const sums: SavedSeries<number>[] = [];
  const histograms: SavedSeries<Histogram>[] = [];
  for (const each of lines) {
    const row = parse(each);
    if (!isRow(row)) return undefined;
    const sum = seriesOf(row, asNumber);
    const histogram = seriesOf(row, asHistogram);
    if (sum !== undefined) sums.push(sum);
    else if (histogram !== undefined) histograms.push(histogram);
    else return undefined;
  }
  return { bootId: header.bootId, nothingSentAfter: header.nothingSentAfter, sums, histograms };
}

function seriesOf<Value>(
  [metric, key, startSeconds, startNanos, seconds, nanos, value]: Row,
  as: (value: unknown) => Value | undefined,
): SavedSeries<Value> | undefined {
  const seen = as(value);
  if (seen === undefined) return undefined;
  const position: Position<Value> = {
    startTime: [startSeconds, startNanos],
    seen,
    takenOverAt: [seconds, nanos],
    owed: undefined,
  };
  return { metric, key, position };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isNumbers = (value: unknown): value is number[] => Array.isArray(value) && value.every(isNumber);

interface Header {
  readonly bootId: string;
  readonly nothingSentAfter: HrTime;
  readonly series: number;
}

function isHeader(value: unknown): value is Header {
  if (typeof value !== 'object' || value === null) return false;
  const { temporality, bootId, nothingSentAfter, series } = value as Readonly<Record<string, unknown>>;
  return (
    temporality === format &&
    typeof bootId === 'string' &&
    isNumbers(nothingSentAfter) &&
    nothingSentAfter.length === 2 &&
    isNumber(series)
  );
}

type Row = readonly [string, string, number, number, number, number, unknown];

function isRow(value: unknown): value is Row {
  if (!Array.isArray(value)) return false;
  const [metric, key, ...times] = value as readonly unknown[];
  return (
    typeof metric === 'string' &&
    typeof key === 'string' &&
    times.length === 5 &&
    times.slice(0, 4).every(isNumber)
  );
}

const asNumber = (value: unknown): number | undefined => (isNumber(value) ? value : undefined);

function asHistogram(value: unknown): Histogram | undefined {
  if (!Array.isArray(value) || value.length !== 4) return undefined;
  const [count, sum, boundaries, counts] = value as readonly unknown[];
  if (!isNumber(count) || !isNumbers(boundaries) || !isNumbers(counts)) return undefined;
  if (counts.length !== boundaries.length + 1) return undefined;
  const histogram = { buckets: { boundaries, counts }, count };
  if (sum === null) return histogram;
  return isNumber(sum) ? { ...histogram, sum } : undefined;
}
