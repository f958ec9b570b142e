/** What these dashboards use of Grafana's dashboard JSON; test/deploy/grafana/ holds it against Grafana's own types. */

export interface GridPosition {
  readonly h: number;
  readonly w: number;
  readonly x: number;
  readonly y: number;
}

export interface Target {
  readonly datasource: DataSource;
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
  readonly format: 'time_series' | 'table' | 'heatmap';
  readonly instant: boolean;
  readonly range: boolean;
  readonly editorMode: 'code';
}

export interface DataSource {
  readonly type: 'prometheus';
  readonly uid: string;
}

/** A link of a field: its URL may use `${__data.fields.…}` and `${__field.labels.…}`. */
export interface DataLink {
  readonly title: string;
  readonly url: string;
  readonly targetBlank: boolean;
}

export interface DashboardLink {
  readonly type: 'link' | 'dashboards';
  readonly title: string;
  readonly url: string;
  readonly tags: readonly string[];
  readonly icon: string;
  readonly tooltip: string;
  readonly asDropdown: boolean;
  readonly includeVars: boolean;
  readonly keepTime: boolean;
  readonly targetBlank: boolean;
}

export interface Threshold {
  readonly color: string;
  /** null: from the bottom. */
  readonly value: number | null;
}

export interface MappedValue {
  readonly text: string;
  readonly color: string;
  readonly index: number;
}

export interface ValueMapping {
  readonly type: 'value';
  readonly options: Readonly<Record<string, MappedValue>>;
}

export interface FieldProperty {
  readonly id: string;
  readonly value: unknown;
}

export interface Override {
  readonly matcher: { readonly id: 'byName' | 'byFrameRefID'; readonly options: string };
  readonly properties: readonly FieldProperty[];
}

export interface FieldConfig {
  readonly defaults: {
    readonly unit: string;
    readonly noValue: string;
    readonly thresholds: { readonly mode: 'absolute'; readonly steps: readonly Threshold[] };
    readonly color: { readonly mode: 'thresholds' | 'palette-classic' };
    readonly mappings: readonly ValueMapping[];
    readonly links: readonly DataLink[];
    readonly custom: Readonly<Record<string, unknown>>;
    readonly decimals?: number;
    readonly min?: number;
    readonly max?: number;
  };
  readonly overrides: readonly Override[];
}

export interface Transformation {
  readonly id: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export type PanelType = 'stat' | 'timeseries' | 'heatmap' | 'state-timeline' | 'table';

export interface PanelJson {
  readonly id: number;
  readonly type: PanelType;
  readonly title: string;
  readonly description: string;
  readonly gridPos: GridPosition;
  readonly datasource: DataSource;
  readonly targets: readonly Target[];
  readonly fieldConfig: FieldConfig;
  readonly options: Readonly<Record<string, unknown>>;
  readonly links: readonly DashboardLink[];
  readonly transformations: readonly Transformation[];
}

export interface RowJson {
  readonly id: number;
  readonly type: 'row';
  readonly title: string;
  readonly collapsed: boolean;
  readonly gridPos: GridPosition;
  /** Its panels where it is collapsed: Grafana asks for their data when somebody opens it. Else they follow the row. */
  readonly panels: readonly PanelJson[];
}

export interface VariableJson {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly type: 'datasource' | 'query' | 'constant';
  readonly query: string | Readonly<Record<string, unknown>>;
  readonly hide: 0 | 2;
  readonly datasource?: DataSource;
  readonly regex?: string;
  readonly refresh?: 1 | 2;
  readonly sort?: 7;
  readonly multi?: boolean;
  readonly includeAll?: boolean;
  readonly allValue?: string;
  readonly current?: { readonly text: string; readonly value: string };
}

export interface DashboardJson {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly schemaVersion: number;
  readonly editable: boolean;
  readonly graphTooltip: 1;
  readonly refresh: string;
  readonly time: { readonly from: string; readonly to: string };
  readonly timezone: 'browser';
  readonly links: readonly DashboardLink[];
  readonly templating: { readonly list: readonly VariableJson[] };
  readonly annotations: { readonly list: readonly unknown[] };
  readonly panels: readonly (PanelJson | RowJson)[];
}
