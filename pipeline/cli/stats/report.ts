import type { Look } from '../terminal/look.ts';
import { duration, exact, short, utc } from '../terminal/numbers.ts';
import { changeText } from './change-text.ts';
import type { Change, Measured, VolumeReading } from './follow.ts';
import { meanQueue, ratesTable } from './rates-table.ts';
import { volumePage } from './volume-page.ts';

/** What people get to read: pages, or differences. Lines without the newline. */

export interface ReportContext {
  readonly simulated: boolean;
  /** ms since the epoch. */
  readonly readAtMs: number;
  readonly look: Look;
  /** Characters of a line; undefined where nothing limits it. */
  readonly columns: number | undefined;
}

type Shown = Exclude<Change, { type: 'failed' }>;

function attachedSince(
  { statistics, attachedAtMs }: VolumeReading,
  { readAtMs, look }: ReportContext,
): string[] {
  if (attachedAtMs === undefined) return [];
  const age = duration(Math.max(0, readAtMs - attachedAtMs) * 1000, look);
  const event = statistics.kind === 'ebs' ? 'attached' : 'started';
  return [`${event} ${utc(attachedAtMs)}, ${age} ago`];
}

/** The page of one volume. */
export function readingReport(reading: VolumeReading, context: ReportContext): string[] {
  const { volume, statistics, attachedAtMs } = reading;
  return volumePage(
    {
      volume,
      simulated: context.simulated,
      notes: [...attachedSince(reading, context), `queue length ${exact(statistics.queueLength)}`],
      counts: statistics,
      ioSizeBands: statistics.ioSizeBands,
      coveredSeconds: attachedAtMs === undefined ? undefined : (context.readAtMs - attachedAtMs) / 1000,
      rates: false,
    },
    context.look,
    context.columns,
  );
}

/** One interval of one volume, at length. */
export function differencePage(change: Measured, context: ReportContext): string[] {
  const { reading, difference, intervalSeconds } = change;
  return volumePage(
    {
      volume: reading.volume,
      simulated: context.simulated,
      notes: [
        `${intervalSeconds.toFixed(2)} s until ${utc(context.readAtMs)}`,
        `queue ${short(meanQueue(change))} on average, ${exact(reading.statistics.queueLength)} at the end`,
      ],
      counts: difference,
      ioSizeBands: [],
      coveredSeconds: intervalSeconds,
      rates: true,
    },
    context.look,
    context.columns,
  );
}

/** One interval: a volume asked for alone at length, else a table. Then what else happened. */
export function intervalReport(changes: readonly Shown[], alone: boolean, context: ReportContext): string[] {
  const { look, columns, simulated, readAtMs } = context;
  const measured = changes.filter((change) => change.type === 'difference');
  const events = changes
    .filter((change) => change.type !== 'difference')
    .map((change) => look.paint('yellow', changeText(change)));
  const only = alone && measured.length === 1 ? measured[0] : undefined;
  if (only !== undefined) return [...differencePage(only, context), ...events];
  const length = measured[0] === undefined ? '' : `, ${measured[0].intervalSeconds.toFixed(2)} s`;
  const heading = `${utc(readAtMs)}${length}${simulated ? ', simulated volumes' : ''}`;
  const nothing = changes.length === 0 ? ['no volume to show is attached'] : [];
  return [
    look.paint('dim', heading),
    ...ratesTable(measured, { look, width: columns }),
    ...events,
    ...nothing,
  ];
}
