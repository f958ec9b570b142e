import { identityOf, volumesText, type Figure, type Results } from './figures.ts';
import { figureText, type Table } from './table.ts';

/** One run against another. */

function label({ part, what, variant, volumes, subject, unit }: Figure): string {
  return [part, `${what}, ${unit}`, volumesText(volumes), variant, subject]
    .filter((word) => word !== '')
    .join(' · ');
}

function percent(before: number, now: number): string {
  if (before === 0) return '';
  const change = Math.round((now / before - 1) * 100);
  return `${change > 0 ? '+' : ''}${change} %`;
}

/** Whether the middle halves of the samples do not even touch: a change that noise does not explain. */
function clear(before: Figure, now: Figure): boolean {
  const low = (figure: Figure) => figure.lowerQuartile ?? figure.value;
  const high = (figure: Figure) => figure.upperQuartile ?? figure.value;
  return high(now) < low(before) || low(now) > high(before);
}

/**
 * What both runs measured. Ratios to the other subjects are firmer than these where the machine or its load is another:
 * read the rows of `go` and `stock`, whose code stays, as the machine's own change.
 */
export function comparisonTable(baseline: Results, results: Results): Table {
  const before = new Map(baseline.figures.map((figure) => [identityOf(figure), figure]));
  return {
    head: ['', 'before', 'now', 'change', ''],
    rows: results.figures.flatMap((now) => {
      const then = before.get(identityOf(now));
      if (then === undefined) return [];
      const noise = clear(then, now) ? '' : 'within noise';
      return [
        [label(now), figureText(then.value), figureText(now.value), percent(then.value, now.value), noise],
      ];
    }),
  };
}
