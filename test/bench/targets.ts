import { valueOf, type FigureKey, type Results } from './figures.ts';
import { fitLine } from './statistics.ts';
import { figureText, type Table } from './table.ts';

/** What the project promises of its cost, against what a run found. */

export interface Verdict {
  readonly promise: string;
  readonly limit: number;
  readonly found: number;
  readonly kept: boolean;
}

type Of = (key: Partial<FigureKey> & Pick<FigureKey, 'part' | 'what' | 'volumes'>) => number | undefined;

interface Target {
  readonly promise: string;
  readonly limit: number;
  /** Which side of the limit is the good one. */
  readonly good: 'below' | 'above';
  /** undefined where the run did not measure it. */
  readonly found: (of: Of, results: Pick<Results, 'figures'>) => number | undefined;
}

function over(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}

const scrapeCpu = { part: 'scrape', what: 'CPU', volumes: 128 } as const;

function linearity({ figures }: Pick<Results, 'figures'>): number | undefined {
  const points = figures
    .filter(
      ({ part, what, variant, subject }) =>
        part === 'scrape' && what === 'CPU' && variant === 'plain' && subject === 'ours',
    )
    .map(({ volumes, value }): [number, number] => [volumes, value]);
  return points.length < 3 ? undefined : fitLine(points).rSquared;
}

const targets: readonly Target[] = [
  // Prometheus asks for gzip, a person for plain text.
  ...['plain', 'gzip'].flatMap((variant): Target[] => [
    {
      promise: `CPU of a scrape of 128 volumes, ${variant}, ms`,
      limit: 11,
      good: 'below',
      found: (of) => of({ ...scrapeCpu, variant }),
    },
    {
      promise: `CPU of a scrape of 128 volumes, ${variant}, over that of the Go exporter`,
      limit: 0.2,
      good: 'below',
      found: (of) => over(of({ ...scrapeCpu, variant }), of({ ...scrapeCpu, variant, subject: 'go' })),
    },
  ]),
  {
    promise: 'CPU of a scrape of 128 volumes, plain, over that of the stock exporter',
    limit: 0.125,
    good: 'below',
    found: (of) =>
      over(of({ ...scrapeCpu, variant: 'plain' }), of({ ...scrapeCpu, variant: 'plain', subject: 'stock' })),
  },
  {
    promise: 'Wall time of a scrape of 128 volumes, plain, ms',
    limit: 15,
    good: 'below',
    found: (of) => of({ ...scrapeCpu, what: 'wall', variant: 'plain' }),
  },
  {
    promise: 'R² of CPU over the number of volumes',
    limit: 0.99,
    good: 'above',
    found: (_, results) => linearity(results),
  },
  {
    promise: '28 volumes scraped every 15 s and pushed every 10 s, millicores',
    limit: 5,
    good: 'below',
    found: (of) => of({ part: 'soak', what: 'CPU', volumes: 28 }),
  },
  ...(
    [
      [28, 64],
      [128, 80],
    ] as const
  ).flatMap(([volumes, limit]): Target[] => [
    {
      promise: `Resident after 3000 scrapes of ${volumes} volumes, MiB`,
      limit,
      good: 'below',
      found: (of) => of({ part: 'memory', what: 'resident', variant: 'after 3000', volumes }),
    },
    {
      promise: `Resident after 3000 scrapes over that after 300, ${volumes} volumes`,
      limit: 1.05,
      good: 'below',
      found: (of) =>
        over(
          of({ part: 'memory', what: 'resident', variant: 'after 3000', volumes }),
          of({ part: 'memory', what: 'resident', variant: 'after 300', volumes }),
        ),
    },
  ]),
  {
    promise: 'Start to first page, ms',
    limit: 350,
    good: 'below',
    found: (of) => of({ part: 'start', what: 'wall', volumes: 28 }),
  },
];

/** What can be said after this run: a promise whose figures were not measured is left out. */
export function verdicts(results: Pick<Results, 'figures'>): Verdict[] {
  const of: Of = (key) => valueOf(results, { variant: '', subject: 'ours', ...key });
  return targets.flatMap(({ promise, limit, good, found: find }) => {
    const found = find(of, results);
    if (found === undefined) return [];
    return { promise, limit, found, kept: good === 'below' ? found <= limit : found >= limit };
  });
}

export function verdictTable(all: readonly Verdict[]): Table {
  return {
    head: ['promise', 'limit', 'found', ''],
    rows: all.map(({ promise, limit, found, kept }) => [
      promise,
      figureText(limit),
      figureText(found),
      kept ? 'kept' : 'broken',
    ]),
  };
}
