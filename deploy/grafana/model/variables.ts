import type { DataSource, VariableJson } from './json.ts';

/** The Prometheus that the dashboard's first variable chooses. */
export const dataSource: DataSource = { type: 'prometheus', uid: '${datasource}' };

export const dataSourceVariable: VariableJson = {
  name: 'datasource',
  label: 'Data source',
  description: 'The Prometheus, or what speaks its language, that scrapes the collectors.',
  type: 'datasource',
  query: 'prometheus',
  hide: 0,
};

/** The same text wherever it is used, to be changed in one place. */
export function constant(name: string, label: string, description: string, value: string): VariableJson {
  return {
    name,
    label,
    description,
    type: 'constant',
    query: value,
    current: { text: value, value },
    hide: 2,
  };
}

interface LabelVariable {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /** Grafana's `label_values(…)` or `query_result(…)`. */
  readonly query: string;
  /** Takes the value out of what `query_result` gives. */
  readonly regex?: string;
}

/** Grafana's own numbers for kinds of variable queries. */
const queryType = { labelValues: 1, queryResult: 3 } as const;

function queryVariable({ name, label, description, query, regex = '' }: LabelVariable): VariableJson {
  return {
    name,
    label,
    description,
    type: 'query',
    datasource: dataSource,
    query: {
      qryType: query.startsWith('label_values(') ? queryType.labelValues : queryType.queryResult,
      query,
      refId: 'PrometheusVariableQueryEditor-VariableQuery',
    },
    regex,
    // With the time range: what was there then is to be chosen from.
    refresh: 2,
    sort: 7,
    hide: 0,
  };
}

/**
 * Any number of values. All of them is `.*`, which series without the label match too: volumes without a claim, clusters
 * without a name.
 */
export const choiceOfMany = (variable: LabelVariable): VariableJson => ({
  ...queryVariable(variable),
  multi: true,
  includeAll: true,
  allValue: '.*',
  current: { text: 'All', value: '$__all' },
});

/** One value. */
export const choiceOfOne = (variable: LabelVariable): VariableJson => ({
  ...queryVariable(variable),
  multi: false,
  includeAll: false,
});

/** All values there are, for queries to use; nobody chooses. */
export const allThereAre = (variable: LabelVariable): VariableJson => ({
  ...queryVariable(variable),
  multi: true,
  includeAll: true,
  current: { text: 'All', value: '$__all' },
  hide: 2,
});
