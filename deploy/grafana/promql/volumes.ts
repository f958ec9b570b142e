import type { Query } from '../model/panel.ts';
import { choiceOfMany } from '../model/variables.ts';

/**
 * Series of volumes by the names of the naming `ebs`. A volume on Kubernetes has the labels of its owner, another has none:
 * a variable on All matches either.
 */

const cluster = 'cluster_id=~"$cluster"';
const node = 'node=~"$node"';
const namespace = 'namespace=~"$namespace"';
const claim = 'persistentvolumeclaim=~"$claim"';

/** The volumes that all variables choose. */
export const chosenVolumes = [cluster, node, namespace, claim, 'volume_id=~"$volume"'].join(',');

export const noVolumes = 'No volume matches the variables above';
export const noOperations = 'No operations, or no volume matches the variables above';

/** What tells volumes apart for people. */
export const volumeLabels = 'cluster_id, node, namespace, persistentvolumeclaim, volume_id';

/** The values that a label has on volumes of any kind. */
export const valuesOn = (label: string, ...selectors: readonly string[]): string =>
  `label_values({${['__name__=~"ebs_volume_up|ebs_instance_store_volume_up"', ...selectors].join(',')}}, ${label})`;

/** Which volumes: each variable offers what the ones before it leave. */
export const placeVariables = [
  choiceOfMany({
    name: 'cluster',
    label: 'Cluster',
    description: 'Label `cluster_id`. All: clusters without a name too.',
    query: valuesOn('cluster_id'),
  }),
  choiceOfMany({
    name: 'node',
    label: 'Node',
    description: 'Label `node`: the node, or the host where there is no Kubernetes.',
    query: valuesOn('node', cluster),
  }),
  choiceOfMany({
    name: 'namespace',
    label: 'Namespace',
    description: "The claim's. All: volumes without a claim too, such as the nodes' own disks.",
    query: valuesOn('namespace', cluster, node),
  }),
  choiceOfMany({
    name: 'claim',
    label: 'Claim',
    description: 'The PersistentVolumeClaim. All: volumes without one too.',
    query: valuesOn('persistentvolumeclaim', cluster, node, namespace),
  }),
] as const;

/** What there is to choose from for the variable `volume`. */
export const volumeQuery = valuesOn('volume_id', cluster, node, namespace, claim);

/** Of EBS volumes; what instance-store drives have too is `ebs_instance_store_…`. */
export const ebs = (name: string, selector: string): string => `ebs_${name}{${selector}}`;

/** The same of whichever kind the volume is. */
export const either = (
  name: string,
  selector: string,
  of: (series: string) => string = (series) => series,
): string => `(${of(`ebs_${name}{${selector}}`)} or ${of(`ebs_instance_store_${name}{${selector}}`)})`;

export const rate =
  (window: string) =>
  (series: string): string =>
    `rate(${series}[${window}])`;

/** Long enough for any step of a graph and any scrape interval: Grafana knows both. */
export const perStep = '$__rate_interval';
/** For numbers of now: ten scrapes of the usual 30 s. */
export const lately = '5m';
/** All that is on the screen. */
export const onScreen = '$__range';

export const directions = [
  { name: 'read', color: 'blue' },
  { name: 'write', color: 'orange' },
] as const;

export type Direction = (typeof directions)[number]['name'];

/** A query for reads and one for writes, in their colors. */
export const readAndWrite = (exprOf: (direction: Direction) => string): readonly Query[] =>
  directions.map(({ name, color }) => ({ expr: exprOf(name), legend: name, color }));
