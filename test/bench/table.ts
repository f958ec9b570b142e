/** Tables of text and Markdown from the same cells. */

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Three significant digits and no more: what lies behind them is noise. Empty where there is no number. */
export function figureText(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '';
  const size = Math.abs(Number(value.toPrecision(3)));
  if (size >= 100) return String(Math.round(value));
  if (size >= 10) return value.toFixed(1);
  return size >= 1 || size === 0 ? value.toFixed(2) : value.toFixed(3);
}

/** Columns of numbers stand to the right, what begins otherwise to the left. */
function numeric({ rows }: Table, column: number): boolean {
  return rows.every((cells) => /^(?:[-+]?\d[\d.]*(?: %)?)?$/.test(cells[column] ?? ''));
}

export function alignedTable(table: Table): string {
  const { head, rows } = table;
  const columns = head.map((_, column) => ({
    width: Math.max(...[head, ...rows].map((cells) => cells[column]?.length ?? 0)),
    toTheRight: numeric(table, column),
  }));
  const line = (cells: readonly string[]) =>
    columns
      .map(({ width, toTheRight }, column) => {
        const cell = cells[column] ?? '';
        return toTheRight ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const rule = line(columns.map(({ width }) => '-'.repeat(width)));
  return [line(head), rule, ...rows.map(line)].join('\n');
}

export function markdownTable(table: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = table.head.map((_, column) => (numeric(table, column) ? '--:' : '---')).join('|');
  return [line(table.head), `|${rule}|`, ...table.rows.map(line)].join('\n');
}
