import { runbookFolder } from '../../runbooks.ts';
import type { DashboardJson, VariableJson } from './json.ts';
import { layOut, type Section } from './layout.ts';
import { otherDashboards, tag } from './links.ts';
import { constant, dataSourceVariable } from './variables.ts';

/**
 * What Grafana 10.3 to 11.2 write. Each later one takes it and migrates as it reads; nothing is used that a later version of
 * the schema changed (40: refresh, 41: time options, 42: hidden series).
 */
const schemaVersion = 39;

export function dashboard(options: {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly from: string;
  readonly refresh: string;
  readonly variables: readonly VariableJson[];
  readonly sections: readonly Section[];
}): DashboardJson {
  const { uid, title, description, from, refresh, variables, sections } = options;
  return {
    uid,
    title,
    description,
    tags: [tag],
    schemaVersion,
    editable: true,
    graphTooltip: 1,
    refresh,
    time: { from, to: 'now' },
    timezone: 'browser',
    links: [otherDashboards],
    templating: {
      list: [
        dataSourceVariable,
        ...variables,
        constant('runbooks', 'Runbooks', 'The folder that links to runbooks point into.', runbookFolder),
      ],
    },
    annotations: { list: [] },
    panels: layOut(sections),
  };
}
