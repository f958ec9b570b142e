import {
  partNames,
  partTitles,
  rowOf,
  subjectNames,
  volumesText,
  type Figure,
  type PartName,
  type Results,
  type SubjectName,
} from './figures.ts';
import { fitLine } from './statistics.ts';
import { figureText, type Table } from './table.ts';

/** From figures to tables. */

const columnTitles: Readonly<Record<SubjectName, string>> = {
  ours: 'ours',
  go: 'Go',
  stock: 'stock',
  floor: 'floor',
};

const joined = (parts: readonly string[]) => parts.filter((part) => part !== '').join(' · ');

function grouped(figures: readonly Figure[], key: (figure: Figure) => string): Map<string, Figure[]> {
  const groups = new Map<string, Figure[]>();
  for (const figure of figures) {
    const group = groups.get(key(figure));
    if (group === undefined) groups.set(key(figure), [figure]);
    else group.push(figure);
  }
  return groups;
}

function ratio(of: number | undefined, to: number | undefined): string {
  return of === undefined || to === undefined || to === 0 ? '' : figureText(of / to);
}

/** A row for what was measured, a column for each subject, and how ours compares. */
function subjectTable(figures: readonly Figure[], present: readonly SubjectName[]): Table {
  const others = present.filter((name) => name !== 'ours');
  const rows = grouped(figures, rowOf);
  return {
    head: [
      '',
      ...present.map((name) => columnTitles[name]),
      ...others.map((name) => `ours/${columnTitles[name]}`),
    ],
    rows: Array.from(rows.entries(), ([, row]) => {
      const value = (name: SubjectName) => row.find(({ subject }) => subject === name)?.value;
      const heading = row
        .slice(0, 1)
        .map(({ what, unit, volumes, variant }) =>
          joined([`${what}, ${unit}`, volumesText(volumes), variant]),
        );
      return [
        ...heading,
        ...present.map((name) => figureText(value(name))),
        ...others.map((name) => ratio(value('ours'), value(name))),
      ];
    }),
  };
}

/** Where there is ours alone: a row for each case, a column for what was measured of it. */
function caseTable(figures: readonly Figure[]): Table {
  const title = ({ what, unit }: Figure) => `${what}, ${unit}`;
  const columns = [...new Set(figures.map(title))];
  const rows = grouped(figures, ({ volumes, variant }) => joined([volumesText(volumes), variant]));
  return {
    head: ['', ...columns],
    rows: Array.from(rows.entries(), ([heading, row]) => [
      heading,
      ...columns.map((column) => figureText(row.find((figure) => title(figure) === column)?.value)),
    ]),
  };
}

function tableOf(figures: readonly Figure[]): Table {
  const present = subjectNames.filter((name) => figures.some(({ subject }) => subject === name));
  return present.length === 1 ? caseTable(figures) : subjectTable(figures, present);
}

export interface Section {
  readonly part: PartName;
  readonly title: string;
  readonly table: Table;
  /** Sentences below the table. */
  readonly notes: readonly string[];
}

/** How the CPU time of a scrape grows with the volumes, where enough of them were measured. */
export function fits({ figures }: Pick<Results, 'figures'>): string[] {
  return subjectNames.flatMap((name) => {
    const points = figures
      .filter(
        ({ part, what, variant, subject }) =>
          part === 'scrape' && what === 'CPU' && variant === 'plain' && subject === name,
      )
      .map(({ volumes, value }): [number, number] => [volumes, value]);
    if (points.length < 3) return [];
    const { intercept, slope, rSquared } = fitLine(points);
    const sign = intercept < 0 ? '-' : '+';
    return `${columnTitles[name]}: CPU of a scrape = ${figureText(slope)} ms × volumes ${sign} ${figureText(Math.abs(intercept))} ms, R² = ${rSquared.toFixed(4)}`;
  });
}

export function sectionsOf(results: Pick<Results, 'figures'>): Section[] {
  return partNames.flatMap((part) => {
    const figures = results.figures.filter((figure) => figure.part === part);
    if (figures.length === 0) return [];
    return {
      part,
      title: partTitles[part],
      table: tableOf(figures),
      notes: part === 'scrape' ? fits(results) : [],
    };
  });
}
