import type { Color, Look } from './look.ts';

/** Columns that line up, and step aside where there is no room. */

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Keeps tables that follow each other in line. */
  readonly minWidth?: number;
  /** The lowest go first, together, where the table is too wide; a column without one stays. */
  readonly dropOrder?: number;
}

/** A text or, where it has a color, both. Several lines are several lines. */
export type Cell = string | { readonly text: string; readonly color?: Color | undefined };

interface TableOptions {
  readonly look: Look;
  /** Characters of a line; undefined where there is no limit. */
  readonly width?: number | undefined;
  readonly indent?: string;
}

const textOf = (cell: Cell | undefined): string => (typeof cell === 'string' ? cell : (cell?.text ?? ''));
const linesOf = (cell: Cell | undefined): readonly string[] => textOf(cell).split('\n');
const colorOf = (cell: Cell | undefined): Color | undefined =>
  typeof cell === 'object' ? cell.color : undefined;

/** The columns that fit, by position, and the gap between them. */
function fit(
  columns: readonly Column[],
  widths: readonly number[],
  available: number,
): { shown: readonly number[]; gap: number } {
  const widthOf = (shown: readonly number[], gap: number): number =>
    shown.reduce((sum, index) => sum + (widths[index] ?? 0) + gap, -gap);
  let shown = columns.map((_, index) => index);
  while (widthOf(shown, 2) > available) {
    const next = Math.min(...shown.map((index) => columns[index]?.dropOrder ?? Infinity));
    if (next === Infinity || widthOf(shown, 1) <= available) return { shown, gap: 1 };
    shown = shown.filter((index) => columns[index]?.dropOrder !== next);
  }
  return { shown, gap: 2 };
}

/** Lines without the newline. The line of titles is left out where no column has one. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions,
): string[] {
  const { look, width = Infinity, indent = '' } = options;
  const hasTitles = columns.some(({ title }) => title !== '');
  const titles: readonly Cell[] = columns.map(({ title }) => ({ text: title, color: 'dim' }));
  const all = hasTitles ? [titles, ...rows] : rows;
  const widths = columns.map(({ minWidth = 0 }, index) =>
    Math.max(minWidth, ...all.map((row) => Math.max(...linesOf(row[index]).map((line) => line.length)))),
  );
  const { shown, gap } = fit(columns, widths, width - indent.length);

  return all.flatMap((row) => {
    const height = Math.max(...shown.map((index) => linesOf(row[index]).length));
    return Array.from({ length: height }, (_, line) => {
      const cells = shown.map((index) => {
        const text = linesOf(row[index])[line] ?? '';
        const fill = ' '.repeat(Math.max(0, (widths[index] ?? 0) - text.length));
        const painted = look.paint(colorOf(row[index]), text);
        return columns[index]?.align === 'right' ? fill + painted : painted + fill;
      });
      return (indent + cells.join(' '.repeat(gap))).trimEnd();
    });
  });
}
