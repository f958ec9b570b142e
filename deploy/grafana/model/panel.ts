import { dataSource } from './variables.ts';
import type {
  DashboardLink,
  DataLink,
  FieldConfig,
  Override,
  PanelJson,
  PanelType,
  Target,
  Threshold,
  Transformation,
  ValueMapping,
} from './json.ts';

/** A panel that has no place yet. */
export interface Panel {
  /** Of 24 columns. */
  readonly width: number;
  readonly height: number;
  readonly body: Omit<PanelJson, 'id' | 'gridPos'>;
}

export interface Query {
  readonly expr: string;
  readonly legend?: string;
  /** Of what the query gives, where it matters that it is always the same. */
  readonly color?: string;
}

export interface PanelOptions {
  readonly title: string;
  /** What to conclude from it, and what to do. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  /** One of Grafana's: https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** What it means that there is nothing to show. */
  readonly noData: string;
  readonly thresholds?: readonly Threshold[];
  readonly mappings?: readonly ValueMapping[];
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  /** To the panel: runbooks. */
  readonly links?: readonly DashboardLink[];
  /** To its data: other dashboards. */
  readonly dataLinks?: readonly DataLink[];
}

/** What the kinds of panels differ in. */
export interface PanelKind {
  readonly type: PanelType;
  readonly format: Target['format'];
  /** Asks for the end of the time range alone. */
  readonly isInstant: boolean;
  readonly colorMode: FieldConfig['defaults']['color']['mode'];
  readonly custom?: Readonly<Record<string, unknown>>;
  readonly overrides?: readonly Override[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly transformations?: readonly Transformation[];
}

const refId = (index: number): string => String.fromCharCode('A'.charCodeAt(0) + index);

function targets(queries: readonly Query[], { format, isInstant }: PanelKind): readonly Target[] {
  return queries.map(({ expr, legend = '' }, index) => ({
    datasource: dataSource,
    refId: refId(index),
    expr,
    legendFormat: legend,
    format,
    instant: isInstant,
    range: !isInstant,
    editorMode: 'code',
  }));
}

function colors(queries: readonly Query[]): readonly Override[] {
  return queries.flatMap(({ color }, index) =>
    color === undefined
      ? []
      : {
          matcher: { id: 'byFrameRefID' as const, options: refId(index) },
          properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: color } }],
        },
  );
}

export function panel(options: PanelOptions, kind: PanelKind): Panel {
  const { title, description, width, height, unit, queries, noData, thresholds, mappings } = options;
  const { decimals, min, max } = options;
  return {
    width,
    height,
    body: {
      type: kind.type,
      title,
      description,
      datasource: dataSource,
      targets: targets(queries, kind),
      fieldConfig: {
        defaults: {
          unit,
          noValue: noData,
          thresholds: { mode: 'absolute', steps: thresholds ?? [{ color: 'text', value: null }] },
          color: { mode: kind.colorMode },
          mappings: mappings ?? [],
          links: options.dataLinks ?? [],
          custom: kind.custom ?? {},
          ...(decimals === undefined ? {} : { decimals }),
          ...(min === undefined ? {} : { min }),
          ...(max === undefined ? {} : { max }),
        },
        overrides: [...colors(queries), ...(kind.overrides ?? [])],
      },
      options: kind.options,
      links: options.links ?? [],
      transformations: kind.transformations ?? [],
    },
  };
}
