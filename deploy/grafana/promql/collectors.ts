import { choiceOfMany } from '../model/variables.ts';

/**
 * The collectors' metrics on themselves. They carry no node: that is in `target_info`, which every target has one of, and is
 * joined on job and instance as OpenTelemetry means it.
 * https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#resource-attributes-1
 */

/** Other programs have `target_info` and `process_…` too. */
const isCollector = 'and on (job, instance) ebs_collector_collections_total';

/** The label `node` of volumes is the node's name, or the host's where there is no Kubernetes; so it is here. */
const chosen =
  'target_info{k8s_cluster_name=~"$cluster",k8s_node_name=~"$node"} or target_info{k8s_cluster_name=~"$cluster",k8s_node_name="",host_name=~"$node"}';

const withNode = (info: string): string =>
  `label_replace(label_replace(${info}, "node", "$1", "host_name", "(.+)"), "node", "$1", "k8s_node_name", "(.+)")`;

/** Of the chosen collectors. */
export const own = (series: string): string =>
  `(${series} ${isCollector} and on (job, instance) (${chosen}))`;

/** The same as an instant vector with the labels `node` and `service_version`. */
export const ownByNode = (vector: string): string =>
  `(${vector}) * on (job, instance) group_left (node, service_version) (${withNode(`(${chosen}) ${isCollector}`)})`;

export const ownRate = (name: string, window: string): string => own(`rate(${name}[${window}])`);

export const collectorVariables = [
  choiceOfMany({
    name: 'cluster',
    label: 'Cluster',
    description: "The collector's cluster. All: collectors without one too.",
    query: `query_result(count by (k8s_cluster_name) (target_info ${isCollector}))`,
    regex: '/k8s_cluster_name="([^"]+)"/',
  }),
  choiceOfMany({
    name: 'node',
    label: 'Node',
    description: "The collector's node, or its host where there is no Kubernetes.",
    query: `query_result(count by (node) (${withNode(`(target_info{k8s_cluster_name=~"$cluster"} ${isCollector})`)}))`,
    regex: '/node="([^"]+)"/',
  }),
] as const;

export const noCollector = 'No collector matches the variables above';
