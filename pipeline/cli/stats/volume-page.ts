import type { CounterName } from '../../../receiver/nvme/difference.ts';
import { limitsOf } from '../../../receiver/nvme/limits.ts';
import type { Volume } from '../../../receiver/nvme/source.ts';
import type { IoSizeBand, LatencyBins } from '../../../receiver/nvme/statistics.ts';
import { bar, beside, histogram } from '../terminal/histogram.ts';
import type { Color, Look } from '../terminal/look.ts';
import { bytes, count, duration, exact, microsUnit, percent, short } from '../terminal/numbers.ts';
import { percentile } from '../terminal/percentile.ts';
import { table, type Cell, type Column } from '../terminal/table.ts';
import { ioSizeTable } from './io-sizes.ts';

/** One volume at length: counters, who throttled it, latency histograms. For a page as for a difference of two. */

export type Counts = Readonly<Record<CounterName, number>> & {
  readonly readLatency: LatencyBins;
  readonly writeLatency: LatencyBins;
};

export interface VolumePage {
  readonly volume: Volume;
  readonly simulated: boolean;
  /** What follows the volume's name: since when, how long, the queue. */
  readonly notes: readonly string[];
  readonly counts: Counts;
  /** Empty where the drive keeps none. */
  readonly ioSizeBands: readonly IoSizeBand[];
  /** The time that the counts are from, s; undefined where unknown. */
  readonly coveredSeconds: number | undefined;
  /** Whether rates per second are of interest: in an interval, not over the life of an attachment. */
  readonly rates: boolean;
}

const defaultWidth = 100;
/** From here on the histograms stand side by side. */
const sideBySideWidth = 128;

interface Direction {
  readonly operations: number;
  readonly bytes: number;
  readonly micros: number;
  readonly latency: LatencyBins;
}

function directionsOf(counts: Counts): readonly [read: Direction, write: Direction] {
  return [
    {
      operations: counts.readOperations,
      bytes: counts.readBytes,
      micros: counts.readTimeMicros,
      latency: counts.readLatency,
    },
    {
      operations: counts.writeOperations,
      bytes: counts.writeBytes,
      micros: counts.writeTimeMicros,
      latency: counts.writeLatency,
    },
  ];
}

export function kindName(volume: Volume, simulated: boolean): string {
  return `${simulated ? 'simulated ' : ''}${volume.kind === 'ebs' ? 'EBS volume' : 'instance-store drive'}`;
}

/** Red where a limit was exceeded for half of the time or more. */
export function shareColor(share: number): Color | undefined {
  if (share === 0) return 'dim';
  return share < 0.5 ? 'yellow' : 'red';
}

function percentileText(latency: LatencyBins, share: number, look: Look): string {
  const estimate = percentile(latency, share);
  if (estimate === undefined) return '-';
  return `${estimate.isLowerBound ? (look.unicode ? '≥ ' : '>= ') : ''}${duration(Math.round(estimate.micros), look)}`;
}

function counterRows(page: VolumePage, look: Look): Cell[][] {
  const directions = directionsOf(page.counts);
  const { rates, coveredSeconds = 0 } = page;
  const perSecond = (value: number) => (coveredSeconds > 0 ? value / coveredSeconds : 0);
  const perOperation = (value: number, operations: number, show: (value: number) => string): string =>
    operations === 0 ? '-' : show(value / operations);
  const row = (
    label: string,
    human: (of: Direction) => string,
    exactly?: (of: Direction) => string,
  ): Cell[] => [
    { text: label, color: 'dim' },
    ...directions.flatMap((of) => [human(of), { text: exactly?.(of) ?? '', color: 'dim' as const }]),
  ];
  return [
    row(
      'operations',
      (of) => (rates ? `${short(perSecond(of.operations))}/s` : count(of.operations)),
      (of) => exact(of.operations),
    ),
    row(
      'bytes',
      (of) => (rates ? `${bytes(Math.round(perSecond(of.bytes)))}/s` : bytes(of.bytes)),
      (of) => `${exact(of.bytes)} B`,
    ),
    row(
      'time',
      (of) => duration(of.micros, look),
      (of) => `${exact(of.micros)} ${microsUnit(look)}`,
    ),
    row('mean size', (of) => perOperation(of.bytes, of.operations, (mean) => bytes(Math.round(mean)))),
    row('mean latency', (of) =>
      perOperation(of.micros, of.operations, (mean) => duration(Math.round(mean), look)),
    ),
    row('p50, estimated', (of) => percentileText(of.latency, 0.5, look)),
    row('p95', (of) => percentileText(of.latency, 0.95, look)),
    row('p99', (of) => percentileText(of.latency, 0.99, look)),
  ];
}

const counterColumns: readonly Column[] = [
  { title: '' },
  { title: 'read', align: 'right' },
  { title: '', align: 'right' },
  { title: 'write', align: 'right' },
  { title: '', align: 'right' },
];

function limitRows({ volume, counts, coveredSeconds }: VolumePage, look: Look): Cell[][] {
  return limitsOf(volume.kind).map(({ counter, name }): Cell[] => {
    const micros = counts[counter];
    const share =
      coveredSeconds === undefined || coveredSeconds <= 0 ? undefined : micros / 1e6 / coveredSeconds;
    const color = shareColor(share ?? micros);
    return [
      { text: name, color: 'dim' },
      { text: duration(micros, look), color },
      { text: `${exact(micros)} ${microsUnit(look)}`, color: 'dim' },
      { text: share === undefined ? '-' : percent(Math.min(1, share)), color },
      { text: share === undefined ? '' : bar(Math.min(1, share), 12, look), color },
    ];
  });
}

function limitColumns(rates: boolean): readonly Column[] {
  return [
    { title: 'demand exceeded' },
    { title: 'for', align: 'right' },
    { title: '', align: 'right' },
    { title: rates ? 'of the interval' : 'of the attachment', align: 'right' },
    { title: '' },
  ];
}

/** A bin counts to 2^32, operations to 2^64: on a busy volume the bins of a page start over within days. */
function haveStartedOver({ operations, latency }: Direction): boolean {
  const inBins = latency.counts.reduce((sum, inBin) => sum + inBin, 0);
  return operations - inBins >= 2 ** 31;
}

function histogramLines(title: string, direction: Direction, width: number, look: Look): string[] {
  const note = haveStartedOver(direction)
    ? [
        look.paint('yellow', 'bins started over at 2^32: shares and percentiles'),
        look.paint('yellow', 'are not of all operations, those of an interval are'),
      ]
    : [];
  return [look.paint('bold', title), ...note, ...histogram(direction.latency, width, look)];
}

function histograms({ counts }: VolumePage, width: number, look: Look): string[] {
  const [read, write] = directionsOf(counts);
  const sideBySide = width >= sideBySideWidth;
  const room = sideBySide ? Math.floor((width - 4) / 2) : width;
  const reads = histogramLines('read latency', read, room, look);
  const writes = histogramLines('write latency', write, room, look);
  return sideBySide ? beside(reads, writes, room + 4) : [...reads, '', ...writes];
}

/** Lines without the newline. */
export function volumePage(page: VolumePage, look: Look, columns: number | undefined): string[] {
  const { volume, simulated, notes } = page;
  const width = columns ?? defaultWidth;
  const indent = '  ';
  return [
    `${look.paint('bold', volume.id)}  ${volume.device}  ${kindName(volume, simulated)}`,
    look.paint('dim', notes.join(', ')),
    '',
    ...table(counterColumns, counterRows(page, look), { look, width, indent }),
    '',
    ...table(limitColumns(page.rates), limitRows(page, look), { look, width, indent }),
    '',
    ...histograms(page, width - indent.length, look).map((line) => (line === '' ? '' : indent + line)),
    ...(page.ioSizeBands.length === 0 ? [] : ['', ...ioSizeTable(page.ioSizeBands, look, width, indent)]),
  ];
}
