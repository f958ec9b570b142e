import { allThereAre, choiceOfOne } from '../model/variables.ts';
import { either, perStep, placeVariables, rate, valuesOn, volumeQuery } from '../promql/volumes.ts';

/**
 * The one volume. Namespace and claim only help to find it: its owner may have changed in the time on the screen, and its
 * history is the volume's.
 */
export const thisVolume = 'cluster_id=~"$cluster",node=~"$node",volume_id="$volume"';

/** The sum of its series of a counter, a second. */
export const perSecond = (counter: string): string => `sum ${either(counter, thisVolume, rate(perStep))}`;

/** Volumes of the instances that this one is attached to. */
export const itsNeighbours = 'cluster_id=~"$cluster",node=~"$host"';

export const volumeVariables = [
  ...placeVariables,
  choiceOfOne({
    name: 'volume',
    label: 'Volume',
    description: 'The volume id, or the serial of an instance-store drive.',
    query: volumeQuery,
  }),
  allThereAre({
    name: 'host',
    label: 'Host',
    description: 'Nodes that the volume is attached to.',
    query: valuesOn('node', 'volume_id="$volume"'),
  }),
];

export const noVolume =
  'No data of this volume in this time: choose one above, or a time when it was attached';
export const noOperations = 'No operations in this time';
