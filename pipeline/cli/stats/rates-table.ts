import { limitsOf } from '../../../receiver/nvme/limits.ts';
import type { LatencyBins } from '../../../receiver/nvme/statistics.ts';
import type { Look } from '../terminal/look.ts';
import { duration, mebibytes, percent, short } from '../terminal/numbers.ts';
import { percentile } from '../terminal/percentile.ts';
import { table, type Cell, type Column } from '../terminal/table.ts';
import type { Measured } from './follow.ts';
import { shareColor } from './volume-page.ts';

/** Many volumes in one interval, a line each. */

const columns: readonly Column[] = [
  { title: 'DEVICE' },
  { title: 'VOLUME', dropOrder: 2 },
  { title: 'R/S', align: 'right', minWidth: 6 },
  { title: 'MIB/S', align: 'right', minWidth: 5 },
  { title: 'LATENCY', align: 'right', minWidth: 7 },
  { title: 'P99', align: 'right', minWidth: 7, dropOrder: 1 },
  { title: 'W/S', align: 'right', minWidth: 6 },
  { title: 'MIB/S', align: 'right', minWidth: 5 },
  { title: 'LATENCY', align: 'right', minWidth: 7 },
  { title: 'P99', align: 'right', minWidth: 7, dropOrder: 1 },
  { title: 'QUEUE', align: 'right', minWidth: 5, dropOrder: 3 },
  { title: 'OVER LIMIT', minWidth: 22 },
];

/** Operations in flight on average, by Little's law: time spent on operations in the time that passed. */
export function meanQueue({ difference, intervalSeconds }: Measured): number {
  return (difference.readTimeMicros + difference.writeTimeMicros) / 1e6 / intervalSeconds;
}

/** Share of the interval that demand exceeded a limit. The drive adds in steps of its own: never more than all of it. */
export function exceededShare(micros: number, intervalSeconds: number): number {
  return Math.min(1, micros / 1e6 / intervalSeconds);
}

function latencyCells(micros: number, operations: number, latency: LatencyBins, look: Look): Cell[] {
  if (operations === 0)
    return [
      { text: '-', color: 'dim' },
      { text: '-', color: 'dim' },
    ];
  const p99 = percentile(latency, 0.99);
  return [
    duration(Math.round(micros / operations), look),
    p99 === undefined ? '-' : duration(Math.round(p99.micros), look),
  ];
}

interface ExceededLimit {
  readonly name: string;
  /** Of the interval, 0 to 1. */
  readonly share: number;
}

/** The limits that demand exceeded, the one that it exceeded longest first. */
export function exceededLimits({ reading, difference, intervalSeconds }: Measured): readonly ExceededLimit[] {
  return limitsOf(reading.volume.kind)
    .map(({ counter, name }) => ({ name, share: exceededShare(difference[counter], intervalSeconds) }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share);
}

function limitCell(measured: Measured, { oneLine }: RatesTableOptions): Cell {
  const exceeded = exceededLimits(measured);
  const highest = exceeded[0];
  if (highest === undefined) return '';
  const texts = exceeded.map(({ name, share }) => `${name} ${percent(share)}`);
  const more = texts.length > 1 ? ` +${texts.length - 1}` : '';
  return { text: oneLine ? `${texts[0]}${more}` : texts.join('\n'), color: shareColor(highest.share) };
}

function row(measured: Measured, options: RatesTableOptions): Cell[] {
  const { look, chosen } = options;
  const { reading, difference: change, intervalSeconds } = measured;
  const { device, id } = reading.volume;
  const mark = chosen === undefined ? '' : chosen === device ? '>' : ' ';
  return [
    { text: mark + device, color: 'bold' },
    { text: id, color: 'dim' },
    short(change.readOperations / intervalSeconds),
    mebibytes(change.readBytes / intervalSeconds),
    ...latencyCells(change.readTimeMicros, change.readOperations, change.readLatency, look),
    short(change.writeOperations / intervalSeconds),
    mebibytes(change.writeBytes / intervalSeconds),
    ...latencyCells(change.writeTimeMicros, change.writeOperations, change.writeLatency, look),
    short(meanQueue(measured)),
    limitCell(measured, options),
  ];
}

export interface RatesTableOptions {
  readonly look: Look;
  /** Characters of a line; undefined where nothing limits it. */
  readonly width: number | undefined;
  /** A line a volume, with the limit that was exceeded longest; else a line more for each further limit. */
  readonly oneLine?: boolean;
  /** The device whose row is marked; empty for none of them, absent where rows are not to be chosen from. */
  readonly chosen?: string;
}

/** Lines without the newline; none without volumes. */
export function ratesTable(rows: readonly Measured[], options: RatesTableOptions): string[] {
  if (rows.length === 0) return [];
  return table(
    columns,
    rows.map((measured) => row(measured, options)),
    options,
  );
}
