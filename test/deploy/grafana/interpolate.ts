import type { DashboardJson, PanelJson, VariableJson } from '../../../deploy/grafana/model/json.ts';
import type { PrometheusServer } from '../../fixtures/prometheus-server.ts';

/** Variables as Grafana fills them in, and what panels ask then. */

export const everything = Symbol('All');
export type Choice = string | readonly string[] | typeof everything;
/** What somebody has chosen, by variable. What is not here is on All, or on the first value where there is no All. */
export type Choices = Readonly<Record<string, Choice>>;
export type Values = ReadonlyMap<string, string>;

/** Grafana's own: 15 s is what it makes of a scrape interval below 4 s, `$__range` is the time on the screen. */
const builtIn: ReadonlyMap<string, string> = new Map([
  ['__rate_interval', '15s'],
  ['__range', '60s'],
]);

/** In a regular expression within a PromQL string: once for each. */
const forRegex = (value: string): string =>
  value.replaceAll('\\', '\\\\\\\\').replace(/[$^*{}[\]'+?.()|]/g, '\\\\$&');

const forString = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"');

const anyOf = (values: readonly string[]): string =>
  values.length === 1 ? forRegex(values[0] ?? '') : `(${values.map(forRegex).join('|')})`;

export function variablesIn(text: string): readonly string[] {
  const found = text.matchAll(/\$\{(\w+)(?::\w+)?\}|\$([a-z_]\w*)/g);
  return [...found].map(([, braced, plain]) => braced ?? plain ?? '');
}

export function interpolate(text: string, values: Values): string {
  return text.replace(/\$\{(\w+)\}|\$([a-z_]\w*)/g, (whole, braced?: string, plain?: string) => {
    const name = braced ?? plain ?? '';
    return values.get(name) ?? builtIn.get(name) ?? whole;
  });
}

const queryOf = ({ query }: VariableJson): string =>
  typeof query === 'string' ? query : String(query['query']);

/** What a variable offers. */
async function options(variable: VariableJson, values: Values, server: PrometheusServer): Promise<string[]> {
  const query = interpolate(queryOf(variable), values);
  const ofLabel = /^label_values\((.+), (\w+)\)$/.exec(query);
  if (ofLabel !== null) {
    const [, series = '', label = ''] = ofLabel;
    const found = await server.query(`group by (${label}) (${series})`);
    return found.flatMap(({ labels }) => labels[label] ?? []).toSorted();
  }
  const ofResult = /^query_result\((.+)\)$/.exec(query);
  if (ofResult === null) throw new Error(`${variable.name} asks what Grafana does not know: ${query}`);
  const expression = /^\/(.+)\/$/.exec(variable.regex ?? '')?.[1] ?? '';
  const found = await server.query(ofResult[1] ?? '');
  // The text of a result is its series, value and time.
  const texts = found.map(
    ({ labels }) =>
      `{${Object.entries(labels)
        .map(([name, value]) => `${name}="${value}"`)
        .join(',')}} 1`,
  );
  return [...new Set(texts.flatMap((text) => new RegExp(expression).exec(text)?.[1] ?? []))].toSorted();
}

function textOf(variable: VariableJson, choice: Choice | undefined, offered: readonly string[]): string {
  const { multi = false, includeAll = false, allValue } = variable;
  if (!multi) return forString(typeof choice === 'string' ? choice : (offered[0] ?? ''));
  if (choice === undefined || choice === everything) {
    if (!includeAll) throw new Error(`${variable.name} has no All`);
    return allValue ?? anyOf(offered);
  }
  return anyOf(typeof choice === 'string' ? [choice] : choice);
}

/** The values of a dashboard's variables, each looked for with those before it, and what each offers. */
export async function fill(
  { templating }: DashboardJson,
  choices: Choices,
  server: PrometheusServer,
): Promise<{ readonly values: Values; readonly offered: ReadonlyMap<string, readonly string[]> }> {
  const values = new Map<string, string>();
  const offered = new Map<string, readonly string[]>();
  for (const variable of templating.list) {
    if (variable.type === 'datasource') continue;
    const found =
      variable.type === 'constant' ? [queryOf(variable)] : await options(variable, values, server);
    offered.set(variable.name, found);
    values.set(variable.name, textOf(variable, choices[variable.name], found));
  }
  return { values, offered };
}

/** All panels, those of collapsed rows among them. */
export const panelsOf = ({ panels }: DashboardJson): readonly PanelJson[] =>
  panels.flatMap((panel) => (panel.type === 'row' ? panel.panels : [panel]));

export interface Asked {
  readonly panel: string;
  readonly expr: string;
}

export const queriesOf = (dashboard: DashboardJson): readonly Asked[] =>
  panelsOf(dashboard).flatMap(({ title, targets }) => targets.map(({ expr }) => ({ panel: title, expr })));
