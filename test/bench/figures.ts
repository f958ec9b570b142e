import type { Summary } from './statistics.ts';

/** What a run of the benchmarks found, as build/bench/results.json has it. */

/** Ours, the exporter written in Go with client_golang, and the SDK's own PrometheusExporter. */
export const exporterNames = ['ours', 'go', 'stock'] as const;
/** The floor is no exporter: it asks the drives and writes as many bytes, of no meaning. */
export const subjectNames = [...exporterNames, 'floor'] as const;
export type SubjectName = (typeof subjectNames)[number];

export const partNames = ['scrape', 'namings', 'stages', 'push', 'memory', 'start', 'calls', 'soak'] as const;
export type PartName = (typeof partNames)[number];

export const partTitles: Readonly<Record<PartName, string>> = {
  scrape: 'A scrape, device reads included',
  namings: 'Pages by naming and format',
  stages: 'Where the time of a scrape goes, CPU in one process',
  push: 'An OTLP push, device reads included',
  memory: 'Resident memory',
  start: 'Start to first page',
  calls: 'System calls of a scrape',
  soak: 'A node at work: a scrape every 15 s, and ours pushes OTLP every 10 s beside',
};

export type Unit = 'ms' | 'MiB' | 'KiB' | 'calls' | 'millicores';

export interface Figure {
  readonly part: PartName;
  /** What was measured: `CPU`, `wall`. */
  readonly what: string;
  /** What makes it another than its neighbours: `plain`, `gzip`; empty where there is one only. */
  readonly variant: string;
  readonly volumes: number;
  readonly subject: SubjectName;
  readonly unit: Unit;
  /** The median, where there are several samples. */
  readonly value: number;
  readonly lowerQuartile?: number;
  readonly upperQuartile?: number;
  readonly samples?: number;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMib: number;
  readonly kernel: string;
  readonly node: string;
  readonly go: string;
}

export interface Results {
  readonly schema: 1;
  /** As it was passed in, `2026-11-21`. */
  readonly date: string;
  readonly revision: string;
  /** How ours was started. */
  readonly command: string;
  readonly machine: Machine;
  readonly figures: readonly Figure[];
}

export type FigureKey = Omit<Figure, 'value' | 'lowerQuartile' | 'upperQuartile' | 'samples'>;

/** A figure of several samples. */
export function figureOf(key: FigureKey, { median, ...spread }: Summary): Figure {
  return { ...key, value: median, ...spread };
}

/** What a figure shares with those of the other subjects. */
export function rowOf({ part, what, variant, volumes }: FigureKey): string {
  return [part, what, volumes, variant].join('|');
}

/** What a figure shares with itself in another run. */
export function identityOf(key: FigureKey): string {
  return `${rowOf(key)}|${key.subject}`;
}

export function valueOf(
  { figures }: Pick<Results, 'figures'>,
  wanted: Pick<FigureKey, 'part' | 'what' | 'variant' | 'volumes' | 'subject'>,
): number | undefined {
  const key = identityOf({ ...wanted, unit: 'ms' });
  return figures.find((figure) => identityOf(figure) === key)?.value;
}

export const volumesText = (volumes: number): string => (volumes === 1 ? '1 volume' : `${volumes} volumes`);
