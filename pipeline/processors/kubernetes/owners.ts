import { isDeepStrictEqual } from 'node:util';
import type { Attributes } from '@opentelemetry/api';
import type { PodName } from '../../../receiver/kubelet/pod-names.ts';
import type { PodVolume } from '../../../receiver/kubelet/pod-volumes.ts';
import { attribute, claimLabelPrefix, volumeLabelPrefix } from '../../../receiver/nvme/attributes.ts';
import type { VolumeFacts } from './api/lookups.ts';

/** A PersistentVolume on this node, and the pods that have it, the longest first. */
export interface OwnedVolume {
  readonly persistentVolume: string;
  readonly handle: string;
  readonly volumeId: string | undefined;
  readonly podUids: readonly string[];
  /** No pod has it any more, and its owner stays what it was until it is detached. */
  readonly isReleased: boolean;
}

/** Volumes by PersistentVolume, of what the pods have. @param published those published first before the others */
export function ownedVolumes(published: readonly PodVolume[]): readonly OwnedVolume[] {
  const volumes = new Map<string, OwnedVolume>();
  for (const { persistentVolume, handle, volumeId, podUid } of published) {
    const before = volumes.get(persistentVolume);
    volumes.set(persistentVolume, {
      persistentVolume,
      handle: before?.handle ?? handle,
      volumeId: before?.volumeId ?? volumeId,
      podUids: [...(before?.podUids ?? []), podUid],
      isReleased: false,
    });
  }
  return [...volumes.values()];
}

export interface OwnerSources {
  readonly factsOf: (volume: OwnedVolume) => VolumeFacts | undefined;
  readonly podOf: (uid: string) => PodName | undefined;
  /** Whether a label is wanted on points. */
  readonly wantsVolumeLabel: (name: string) => boolean;
  readonly wantsClaimLabel: (name: string) => boolean;
  readonly claimUid: boolean;
}

function labelled(
  prefix: string,
  labels: Readonly<Record<string, string>> | undefined,
  wants: (name: string) => boolean,
): Attributes {
  const wanted = Object.entries(labels ?? {}).filter(([name]) => wants(name));
  return Object.fromEntries(wanted.map(([name, value]) => [prefix + name, value]));
}

/**
 * What a volume's points say of its owner.
 *
 * Of several pods that share a volume it is the one that has had it longest: a rollout puts the new pod beside the old
 * one for a moment, and a series that changed its name for that moment would be three instead of two.
 */
function ownerAttributes(volume: OwnedVolume, sources: OwnerSources): Attributes {
  const facts = sources.factsOf(volume);
  const pod = volume.podUids.map(sources.podOf).find((each) => each !== undefined);
  // A claim and the pods that use it are in one namespace: one of another had the PersistentVolume before.
  const namespace = pod?.namespace ?? facts?.claim?.namespace;
  const claim = facts?.claim?.namespace === namespace ? facts?.claim : undefined;
  const optional = {
    [attribute.persistentVolumeClaim]: claim?.name,
    [attribute.namespace]: namespace,
    [attribute.pod]: pod?.name,
    [attribute.storageClass]: facts?.storageClass,
    [attribute.claimUid]: sources.claimUid ? claim?.uid : undefined,
  };
  return {
    [attribute.persistentVolume]: volume.persistentVolume,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    ...labelled(volumeLabelPrefix, facts?.labels, sources.wantsVolumeLabel),
    ...labelled(claimLabelPrefix, claim && facts?.claimLabels, sources.wantsClaimLabel),
  };
}

/** Who owns what, by volume id and by the PersistentVolume's name. */
export type OwnerTable = ReadonlyMap<string, Attributes>;

/** The owners of these volumes. An owner that says what it said before is the same object again, and so is the table. */
export function ownerTable(
  volumes: readonly OwnedVolume[],
  sources: OwnerSources,
  before: OwnerTable,
): OwnerTable {
  const table = new Map<string, Attributes>();
  for (const volume of volumes) {
    const { persistentVolume, volumeId } = volume;
    const known = before.get(persistentVolume);
    const made = volume.isReleased && known !== undefined ? known : ownerAttributes(volume, sources);
    const owner = known !== undefined && isDeepStrictEqual(known, made) ? known : made;
    table.set(persistentVolume, owner);
    // Two PersistentVolumes on one volume are somebody's mistake: the one that is in use longest has it.
    if (volumeId !== undefined && !table.has(volumeId)) table.set(volumeId, owner);
  }
  const isSame =
    table.size === before.size && Array.from(table).every(([name, owner]) => before.get(name) === owner);
  return isSame ? before : table;
}
