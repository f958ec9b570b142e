import { createComplaint } from '../../../receiver/complaint.ts';
import type { PodName } from '../../../receiver/kubelet/pod-names.ts';
import type { PodVolume } from '../../../receiver/kubelet/pod-volumes.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Lookups } from './api/lookups.ts';
import { ownedVolumes, ownerTable, type OwnedVolume, type OwnerSources, type OwnerTable } from './owners.ts';

export interface OwnerWatchOptions {
  readonly sources: Pick<OwnerSources, 'wantsVolumeLabel' | 'wantsClaimLabel' | 'claimUid'>;
  /** The node's name; where it is not known by itself the kubelet's files have it. */
  readonly nodeName: string | undefined;
  readonly volumes: () => Promise<readonly PodVolume[]>;
  readonly podNames: () => Promise<ReadonlyMap<string, PodName>>;
  /** undefined where the API is not to be asked. */
  readonly lookups: Lookups | undefined;
  readonly log: Logger;
  readonly nowMs: () => number;
  /** A volume was taken from what is known, or had to be asked for. */
  readonly onLookup: (isKnown: boolean) => void;
}

export interface OwnerWatch {
  /** Looks through the kubelet's folder. Never rejects. */
  scan(): Promise<void>;
  /** What is known at this moment. */
  owners(): OwnerTable;
  /** Makes the owners anew of what the API said meanwhile. */
  refresh(): void;
  nodeName(): string | undefined;
  /** EBS volumes that pods have by the kubelet's files. */
  publishedVolumeIds(): ReadonlySet<string>;
}

/**
 * How long a volume that no pod has any more keeps its owner, unless another one has it: it is being unmounted and
 * detached, and what it does meanwhile was its owner's.
 */
const lingerMs = 5 * 60_000;
/** Pods that come together are asked for together. */
const podsDelayMs = 5_000;

interface Followed {
  readonly volume: OwnedVolume;
  /** When it was last seen with a pod, ms. */
  readonly seenAtMs: number;
}

function signature({ handle, podUids }: OwnedVolume): string {
  return [handle, ...podUids.toSorted()].join(' ');
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Follows which volumes the node's pods have, from scan to scan. */
export function createOwnerWatch(options: OwnerWatchOptions): OwnerWatch {
  const { lookups, nowMs } = options;
  let followed: ReadonlyMap<string, Followed> = new Map();
  let published: ReadonlySet<string> = new Set();
  let logged: ReadonlyMap<string, PodName> = new Map();
  let table: OwnerTable = new Map();
  let nodeName = options.nodeName;
  const complainOfKubelet = createComplaint(options.log);
  const askedFor = new Set<string>();

  const sources: OwnerSources = {
    ...options.sources,
    factsOf: (volume) => lookups?.factsOf(volume),
    podOf: (uid) => logged.get(uid) ?? lookups?.podNames().get(uid),
  };

  const refresh = (): void => {
    const inUseFirst = [...followed.values()].sort((a, b) => b.seenAtMs - a.seenAtMs);
    table = ownerTable(
      inUseFirst.map(({ volume }) => volume),
      sources,
      table,
    );
  };

  const follow = (now: readonly OwnedVolume[], atMs: number): void => {
    const following = new Map<string, Followed>();
    for (const volume of now) {
      const before = followed.get(volume.persistentVolume);
      // Another pod may come with another claim of the same name.
      const isNew = before === undefined || signature(before.volume) !== signature(volume);
      if (before !== undefined && before.volume.handle !== volume.handle) lookups?.drop(before.volume);
      options.onLookup(!isNew && lookups?.factsOf(volume) !== undefined);
      if (isNew) lookups?.want(volume);
      following.set(volume.persistentVolume, { volume, seenAtMs: atMs });
    }
    for (const [name, before] of followed) {
      if (following.has(name)) continue;
      if (atMs - before.seenAtMs < lingerMs) {
        following.set(name, { ...before, volume: { ...before.volume, isReleased: true } });
      } else lookups?.drop(before.volume);
    }
    followed = following;
  };

  /** Asks the API for names of pods that the folder of logs does not give, each uid once. */
  const wantPodNames = (podUids: readonly string[]): void => {
    const unknown = podUids.filter((uid) => sources.podOf(uid) === undefined && !askedFor.has(uid));
    if (unknown.length === 0 || nodeName === undefined) return;
    for (const uid of unknown) askedFor.add(uid);
    lookups?.wantPods(nodeName, podsDelayMs);
  };

  return {
    async scan() {
      let volumes: readonly PodVolume[];
      try {
        volumes = await options.volumes();
        complainOfKubelet(undefined);
      } catch (error) {
        complainOfKubelet(`cannot see which pods have which volumes: ${reasonOf(error)}`);
        return;
      }
      nodeName ??= volumes.find((volume) => volume.nodeName !== undefined)?.nodeName;
      published = new Set(volumes.flatMap(({ volumeId }) => volumeId ?? []));
      let hasLogs = true;
      try {
        logged = await options.podNames();
      } catch {
        hasLogs = false;
      }
      follow(ownedVolumes(volumes), nowMs());
      const podUids = volumes.map(({ podUid }) => podUid);
      for (const uid of askedFor) if (!podUids.includes(uid)) askedFor.delete(uid);
      if (!hasLogs) wantPodNames(podUids);
      refresh();
    },
    owners: () => table,
    refresh,
    nodeName: () => nodeName,
    publishedVolumeIds: () => published,
  };
}
