import type { DashboardLink, DataLink } from './json.ts';

/** What the dashboards know one another by. */
export const uid = { fleet: 'ebs-fleet', volume: 'ebs-volume', collector: 'ebs-collector' } as const;

export const tag = 'ebs-nvme-collector';

const link = {
  icon: 'external link',
  tooltip: '',
  asDropdown: false,
  tags: [],
  includeVars: false,
  keepTime: false,
};

/** At the top of each dashboard: the others, with the variables they share and the time. */
export const otherDashboards: DashboardLink = {
  ...link,
  type: 'dashboards',
  title: 'EBS',
  url: '',
  tags: [tag],
  includeVars: true,
  keepTime: true,
  targetBlank: false,
};

/** The variable `runbooks` is the folder: Grafana's users can point it to a copy of theirs. */
export const runbookLink = (alert: string): DashboardLink => ({
  ...link,
  type: 'link',
  icon: 'doc',
  title: `Runbook: ${alert}`,
  url: `\${runbooks}/${alert}.md`,
  tooltip: 'What it means and what to do',
  targetBlank: true,
});

const kept = '${datasource:queryparam}&${cluster:queryparam}&${__url_time_range}';

function dataLink(title: string, dashboard: string, variables: Readonly<Record<string, string>>): DataLink {
  const set = Object.entries(variables).map(([name, value]) => `&var-${name}=${value}`);
  return { title, url: `/d/${dashboard}/${dashboard}?${kept}${set.join('')}`, targetBlank: false };
}

/** From a row of a table, whose column is the label. */
export const rowToVolume = dataLink('This volume in depth', uid.volume, {
  volume: '${__data.fields.volume_id}',
});
export const rowToNode = dataLink("This node's volumes", uid.fleet, { node: '${__data.fields.node}' });
export const rowToClaim = dataLink("This claim's volumes", uid.fleet, {
  namespace: '${__data.fields.namespace}',
  claim: '${__data.fields.persistentvolumeclaim}',
});
export const rowToNamespace = dataLink("This namespace's volumes", uid.fleet, {
  namespace: '${__data.fields.namespace}',
});
export const rowToCollector = dataLink("This node's collector", uid.collector, {
  node: '${__data.fields.node}',
});

/** From a line of a graph, whose series has the label. */
export const seriesToVolume = dataLink('This volume in depth', uid.volume, {
  volume: '${__field.labels.volume_id}',
});
