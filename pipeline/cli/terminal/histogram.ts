import type { LatencyBins } from '../../../receiver/nvme/statistics.ts';
import type { Look } from './look.ts';
import { count, duration, percent } from './numbers.ts';
import { visibleLength } from './painted.ts';
import { table, type Cell } from './table.ts';

/** A latency histogram, drawn with bars. */

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar for a share of the full width, 0 to 1. What is more than nothing shows. */
export function bar(share: number, width: number, { unicode }: Look): string {
  if (share <= 0 || width <= 0) return '';
  if (!unicode) return '#'.repeat(Math.max(1, Math.round(share * width)));
  const parts = Math.max(1, Math.round(share * width * 8));
  return '█'.repeat(Math.floor(parts / 8)) + (eighths[parts % 8] ?? '');
}

function range(lowerMicros: number, upperMicros: number, look: Look): string {
  const lower = duration(lowerMicros, look);
  if (!Number.isFinite(upperMicros)) return `${look.unicode ? '≥' : '>='} ${lower}`;
  const upper = duration(upperMicros, look);
  const unitOf = (text: string) => text.slice(text.lastIndexOf(' '));
  const from = unitOf(lower) === unitOf(upper) ? lower.slice(0, lower.lastIndexOf(' ')) : lower;
  return `${from}${look.unicode ? '–' : '-'}${upper}`;
}

/** Characters of a line beside the bar, at most: `524 ms–1.05 s  999,999  100%  `. */
const besideBar = 32;
const shortestBar = 8;
const longestBar = 60;

/**
 * One line a bin, from the first that has operations to the last; in between empty ones too, so that the shape is true.
 * @param width of the whole, characters
 */
export function histogram({ upperBoundsMicros, counts }: LatencyBins, width: number, look: Look): string[] {
  const total = counts.reduce((sum, operations) => sum + operations, 0);
  const most = counts.reduce((highest, operations) => Math.max(highest, operations), 0);
  if (total === 0) return [look.paint('dim', 'no operations')];
  const barWidth = Math.min(longestBar, Math.max(shortestBar, width - besideBar));
  const rows: Cell[][] = [];
  const first = counts.findIndex((operations) => operations > 0);
  const last = counts.findLastIndex((operations) => operations > 0);
  for (let bin = first; bin <= last; bin++) {
    const operations = counts[bin] ?? 0;
    rows.push([
      range(bin === 0 ? 0 : (upperBoundsMicros[bin - 1] ?? 0), upperBoundsMicros[bin] ?? Infinity, look),
      { text: count(operations), color: operations === 0 ? 'dim' : undefined },
      { text: percent(operations / total), color: 'dim' },
      { text: bar(operations / most, barWidth, look), color: 'cyan' },
    ]);
  }
  const columns = [
    { title: '', align: 'right' as const },
    { title: '', align: 'right' as const },
    { title: '', align: 'right' as const },
    { title: '' },
  ];
  return table(columns, rows, { look });
}

/** Blocks of lines next to each other, the left one `leftWidth` wide without its colors. */
export function beside(left: readonly string[], right: readonly string[], leftWidth: number): string[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const line = left[index] ?? '';
    const fill = ' '.repeat(Math.max(0, leftWidth - visibleLength(line)));
    return `${line}${fill}${right[index] ?? ''}`.trimEnd();
  });
}
