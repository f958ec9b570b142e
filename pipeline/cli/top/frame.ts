import { differencePage } from '../stats/report.ts';
import type { Measured } from '../stats/follow.ts';
import { exceededLimits, ratesTable } from '../stats/rates-table.ts';
import type { ReadError, Volume } from '../../../receiver/nvme/source.ts';
import type { Look } from '../terminal/look.ts';
import { mebibytes, short, utc } from '../terminal/numbers.ts';
import { orders, sorted } from './order.ts';
import type { Shown, TopState } from './state.ts';

/** What stands on the screen. Pure. */

export interface TopData {
  /** Volumes that were read twice, as they are attached. */
  readonly measured: readonly Measured[];
  /** How many are attached, readable or not. */
  readonly attached: number;
  /** Those that could not be read. */
  readonly failures: readonly { readonly volume: Volume; readonly error: ReadError }[];
  /** Volumes that came and went, the newest last. */
  readonly events: readonly string[];
  /** Of the last reading, ms since the epoch. */
  readonly readAtMs: number;
  readonly intervalMs: number;
  readonly simulated: boolean;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Frame {
  /** As many as there are rows, or fewer. Longer ones are cut by the terminal. */
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
    return [failure?.error.message ?? `nothing was read of ${device ?? 'it'} twice in a row`];
  }
  const { simulated, readAtMs } = data;
  return differencePage(measured, { simulated, readAtMs, look, columns });
}

export function topFrame(data: TopData, state: TopState, size: Size, look: Look): Frame {
  const rows = sorted(data.measured, state.order);
  const devices = rows.map(({ reading }) => reading.volume.device);
  const isOpen = state.openedAtLine !== undefined;
  const top = [heading(data, state, look), totals(data, look), ''];
  const bottom = isOpen ? keysOfPage(look) : keysOfTable(state, look);
  const body = Math.max(1, size.rows - top.length - bottom.length);

  if (isOpen) {
    const page = pageOf(state.chosen, data, look, size.columns);
    const from = Math.min(state.openedAtLine, Math.max(0, page.length - body));
    const seen = page.slice(from, from + body);
    const shown = { devices, pageRows: body, openedLines: page.length };
    return { lines: place([...top, ...seen], bottom, size), shown };
  }

  const all = [...data.events, ...data.failures.map(({ error }) => error.message)];
  const noteRows = Math.max(0, Math.min(mostNotes, all.length, body - leastRows - 1));
  const notes = noteRows === 0 ? [] : all.slice(-noteRows);
  // A line for the titles, and one between the table and the notes.
  const pageRows = Math.max(1, body - 1 - (noteRows === 0 ? 0 : noteRows + 1));
  const chosenAt = state.chosen === undefined ? 0 : Math.max(0, devices.indexOf(state.chosen));
  const from = Math.floor(chosenAt / pageRows) * pageRows;
  const [titles, ...lines] = ratesTable(rows, {
    look,
    width: size.columns,
    oneLine: true,
    chosen: state.chosen ?? '',
  });
  const seen = titles === undefined ? [waiting(data)] : [titles, ...lines.slice(from, from + pageRows)];
  const said = notes.map((note) => look.paint('yellow', note));
  const middle = [...seen, ...(said.length === 0 ? [] : ['', ...said])];
  if (rows.length > pageRows) {
    const range = `${from + 1}${look.unicode ? '–' : '-'}${Math.min(rows.length, from + pageRows)}`;
    top[2] = look.paint('dim', `${range} of ${rows.length}`);
  }
  return {
    lines: place([...top, ...middle], bottom, size),
    shown: { devices, pageRows, openedLines: 0 },
  };
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
