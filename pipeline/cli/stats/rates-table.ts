import type { Look } from '../terminal/look.ts';
import { duration, mebibytes, percent, short } from '../terminal/numbers.ts';
import { percentile } from '../terminal/percentile.ts';
import { table, type Cell, type Column } from '../terminal/table.ts';
import type { LatencyBins } from '../../../receiver/nvme/statistics.ts';
import type { Change } from './follow.ts';
import { limitsOf } from './limits.ts';
import { shareColor } from './volume-page.ts';

/** Many volumes in one interval, a line each. */

type Measured = Extract<Change, { type: 'difference' }>;

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

function limitCell({ reading, difference, intervalSeconds }: Measured): Cell {
  const exceeded = limitsOf(reading.volume.kind)
    .map(({ counter, name }) => ({ name, share: exceededShare(difference[counter], intervalSeconds) }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share);
  const highest = exceeded[0];
  if (highest === undefined) return '';
  return {
    text: exceeded.map(({ name, share }) => `${name} ${percent(share)}`).join('\n'),
    color: shareColor(highest.share),
  };
}

function row(measured: Measured, look: Look): Cell[] {
  const { reading, difference: change, intervalSeconds } = measured;
  return [
    { text: reading.volume.device, color: 'bold' },
    { text: reading.volume.id, color: 'dim' },
    short(change.readOperations / intervalSeconds),
    mebibytes(change.readBytes / intervalSeconds),
    ...latencyCells(change.readTimeMicros, change.readOperations, change.readLatency, look),
    short(change.writeOperations / intervalSeconds),
    mebibytes(change.writeBytes / intervalSeconds),
    ...latencyCells(change.writeTimeMicros, change.writeOperations, change.writeLatency, look),
    short(meanQueue(measured)),
    limitCell(measured),
  ];
}

/** Lines without the newline; of changes that are no difference, none. */
export function ratesTable(changes: readonly Change[], look: Look, width: number | undefined): string[] {
  const rows = changes.filter((change) => change.type === 'difference').map((change) => row(change, look));
  return rows.length === 0 ? [] : table(columns, rows, { look, width });
}
