import type { ReadError, Volume } from '../../../receiver/nvme/source.ts';
import type { Measured } from '../stats/follow.ts';
import { exceededLimits, ratesTable } from '../stats/rates-table.ts';
import { differencePage } from '../stats/report.ts';
import type { Size } from '../terminal/full-screen.ts';
import type { Look } from '../terminal/look.ts';
import { mebibytes, short, utc } from '../terminal/numbers.ts';
import { orders, sorted } from './order.ts';
import { rowOf, type Shown, type TopState } from './state.ts';

/** What stands on the screen. Pure. */

export interface TopData {
  /** Volumes that were read twice, as they are attached. */
  readonly measured: readonly Measured[];
  /** How many are attached, readable or not. */
  readonly attached: number;
  /** Those that could not be read. */
  readonly failures: readonly { readonly volume: Volume; readonly error: ReadError }[];
  /** Why nobody knows which volumes are attached. */
  readonly trouble: string | undefined;
  /** Volumes that came and went, the newest last. */
  readonly events: readonly string[];
  /** Of the last reading, ms since the epoch. */
  readonly readAtMs: number;
  readonly intervalMs: number;
  readonly simulated: boolean;
}

export interface Frame {
  /** As many as there are rows. They may be longer than the terminal is wide. */
  readonly lines: readonly string[];
  readonly shown: Shown;
}

/** A table says something with so many volumes; notes have what is left of the screen, and so many lines at most. */
const leastRows = 3;
const mostNotes = 5;

const plural = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

function heading({ readAtMs, intervalMs, simulated }: TopData, { isPaused }: TopState, look: Look): string {
  const seconds = intervalMs / 1000;
  const rest = [`every ${seconds} s`, ...(simulated ? ['simulated volumes'] : [])].join(', ');
  const paused = isPaused ? look.paint('yellow', '  paused') : '';
  return `${look.paint('bold', utc(readAtMs))}${look.paint('dim', `, ${rest}`)}${paused}`;
}

function totals({ measured, attached, failures }: TopData, look: Look): string {
  const unreadable = failures.length === 0 ? '' : look.paint('red', `, ${failures.length} cannot be read`);
  const volumes = plural(attached, 'volume') + unreadable;
  if (measured.length === 0) return volumes;
  const sum = (rate: (each: Measured) => number) =>
    measured.reduce((total, each) => total + rate(each) / each.intervalSeconds, 0);
  const throttled = measured.filter((each) => exceededLimits(each).length > 0).length;
  const reads = `${short(sum(({ difference }) => difference.readOperations))} reads/s`;
  const readBytes = `${mebibytes(sum(({ difference }) => difference.readBytes))} MiB/s`;
  const writes = `${short(sum(({ difference }) => difference.writeOperations))} writes/s`;
  const writtenBytes = `${mebibytes(sum(({ difference }) => difference.writeBytes))} MiB/s`;
  const over = look.paint(throttled > 0 ? 'yellow' : undefined, `${throttled} over a limit`);
  return `${volumes}, ${over}; ${reads} ${readBytes}, ${writes} ${writtenBytes}`;
}

const arrows = ({ unicode }: Look): string => (unicode ? '↑↓' : 'up down');

function keysOfTable({ order }: TopState, look: Look): string[] {
  const names = orders.map(({ key, title }) =>
    key === order ? look.paint('bold', `[${key} ${title}]`) : look.paint('dim', ` ${key} ${title} `),
  );
  return [
    look.paint('dim', `q quit  ${arrows(look)} choose  enter show one  space pause`),
    `${look.paint('dim', 'sort by ')}${names.join('')}`,
  ];
}

function keysOfPage(look: Look): string[] {
  const sideways = look.unicode ? '←→' : 'left right';
  const keys = `q quit  esc back  ${arrows(look)} scroll  ${sideways} other volumes  space pause`;
  return [look.paint('dim', keys)];
}

/** The volume at length; where it is gone or cannot be read at the moment, that. */
function pageOf(device: string | undefined, data: TopData, look: Look, columns: number): string[] {
  const measured = data.measured.find(({ reading }) => reading.volume.device === device);
  if (measured === undefined) {
    const failure = data.failures.find(({ volume }) => volume.device === device);
    return [
      failure?.error.message ?? `${device} was not read twice in a row: it came, went or was attached anew`,
    ];
  }
  const { simulated, readAtMs } = data;
  return differencePage(measured, { simulated, readAtMs, look, columns });
}

/** So many rows hold everything; fewer than the second hold volumes only. */
const roomyRows = 9;
const tightRows = 6;

/** What stands above and below the volumes. On a terminal that is hardly there, nothing. */
function surroundings(
  { rows }: Size,
  data: TopData,
  state: TopState,
  look: Look,
): { readonly top: readonly string[]; readonly bottom: readonly string[] } {
  if (rows < tightRows) return { top: [], bottom: [] };
  const top = [heading(data, state, look), totals(data, look)];
  const bottom = state.openedAtLine === undefined ? keysOfTable(state, look) : keysOfPage(look);
  return rows < roomyRows ? { top, bottom: bottom.slice(0, 1) } : { top: [...top, ''], bottom };
}

/** What stands between, and how much of it there is. */
interface Body {
  readonly lines: readonly string[];
  /** `1–20 of 128`, where it is not all. */
  readonly range?: string | undefined;
  readonly shown: Omit<Shown, 'devices'>;
}

function bodyOfPage(page: readonly string[], fromLine: number, height: number): Body {
  const from = Math.min(fromLine, Math.max(0, page.length - height));
  return {
    lines: page.slice(from, from + height),
    shown: { pageRows: height, openedLines: page.length },
  };
}

/** @param table its titles and then a line a volume */
function bodyOfTable(
  table: readonly string[],
  notes: readonly string[],
  chosenAt: number,
  height: number,
  look: Look,
): Body {
  const noteRows = Math.max(0, Math.min(mostNotes, notes.length, height - leastRows - 1));
  const said =
    noteRows === 0 ? [] : ['', ...notes.slice(-noteRows).map((note) => look.paint('yellow', note))];
  const pageRows = Math.max(1, height - 1 - said.length);
  const [titles = '', ...rows] = table;
  const from = Math.floor(Math.min(chosenAt, Math.max(0, rows.length - 1)) / pageRows) * pageRows;
  const until = Math.min(rows.length, from + pageRows);
  return {
    lines: [titles, ...rows.slice(from, until), ...said],
    range:
      rows.length > pageRows ? `${from + 1}${look.unicode ? '–' : '-'}${until} of ${rows.length}` : undefined,
    shown: { pageRows, openedLines: 0 },
  };
}

const notesOf = ({ events, failures, trouble }: TopData): readonly string[] => [
  ...events,
  ...failures.map(({ error }) => error.message),
  ...(trouble === undefined ? [] : [trouble]),
];

export function topFrame(data: TopData, state: TopState, size: Size, look: Look): Frame {
  const rows = sorted(data.measured, state.order);
  const devices = rows.map(({ reading }) => reading.volume.device);
  const { top, bottom } = surroundings(size, data, state, look);
  const height = Math.max(1, size.rows - top.length - bottom.length);

  const page = (fromLine: number): Body =>
    bodyOfPage(pageOf(state.chosen, data, look, size.columns), fromLine, height);
  const table = (): Body => {
    const options = { look, width: size.columns, oneLine: true, chosen: state.chosen ?? '' };
    const lines = rows.length === 0 ? [waiting(data)] : ratesTable(rows, options);
    return bodyOfTable(lines, notesOf(data), rowOf(state, devices) ?? 0, height, look);
  };
  const { lines, range, shown } = state.openedAtLine === undefined ? table() : page(state.openedAtLine);
  const above = top.map((line) => (line === '' && range !== undefined ? look.paint('dim', range) : line));
  return { lines: place([...above, ...lines], bottom, size), shown: { devices, ...shown } };
}

function waiting({ attached, intervalMs }: TopData): string {
  return attached === 0
    ? 'no volume to show is attached'
    : `differences are there after two readings, ${intervalMs / 1000} s apart`;
}

/** The keys at the foot of the screen, whatever is above. */
function place(lines: readonly string[], bottom: readonly string[], { rows }: Size): string[] {
  const room = Math.max(0, rows - bottom.length);
  const fill = Array.from({ length: Math.max(0, room - lines.length) }, () => '');
  return [...lines.slice(0, room), ...fill, ...bottom].slice(0, rows);
}
