import type { PodName } from '../../../../receiver/kubelet/pod-names.ts';
import { volumeIdIn } from '../../../../receiver/kubelet/volume-data.ts';
import type { ApiClient } from './client.ts';
import {
  readAttachedVolumes,
  readClaimLabels,
  readPersistentVolume,
  readPodNames,
  type Claim,
  type Labels,
} from './objects.ts';
import { jittered } from './pace.ts';
import type { RequestQueue } from './request-queue.ts';

/** What the API says of a PersistentVolume and of its claim. */
export interface VolumeFacts {
  readonly claim: Claim | undefined;
  readonly storageClass: string | undefined;
  readonly labels: Labels;
  /** Empty where they are not wanted, or not known yet. */
  readonly claimLabels: Labels;
}

/** A PersistentVolume as the node knows it. */
export interface KnownVolume {
  readonly persistentVolume: string;
  readonly handle: string;
}

export interface LookupOptions {
  readonly client: ApiClient;
  readonly queue: RequestQueue;
  readonly refreshIntervalMs: number;
  /** Whether claims are asked for their labels: the rest of them stands in the PersistentVolume. */
  readonly claimLabels: boolean;
  readonly random: () => number;
  /** Something that was not known is known now. */
  readonly onChange: () => void;
}

export interface Lookups {
  /** Asks for a volume, and from then on now and then; at once again where it is asked for anew. */
  want(volume: KnownVolume): void;
  /** Forgets a volume. */
  drop(volume: KnownVolume): void;
  factsOf(volume: KnownVolume): VolumeFacts | undefined;
  /** Asks for the node's pods once, after `delayMs`, so that those that come together are asked for together. */
  wantPods(nodeName: string, delayMs: number): void;
  podNames(): ReadonlyMap<string, PodName>;
  /** Asks for what is attached to the node after `delayMs`, and from then on every `intervalMs`. */
  wantNode(
    nodeName: string,
    delayMs: number,
    intervalMs: number,
    onAnswer: (attached: ReadonlySet<string>) => void,
  ): void;
}

/** What the server's cache has will do: nothing is read from etcd. */
const fromCache = 'resourceVersion=0';
const metadataOnly =
  'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json;q=0.5';

function keyOf({ persistentVolume, handle }: KnownVolume): string {
  return `${persistentVolume} ${handle}`;
}

/** The handles of one volume may be written in two ways, by the in-tree driver and by the CSI driver. */
function isSameHandle(a: string, b: string): boolean {
  return a === b || (volumeIdIn(a) !== undefined && volumeIdIn(a) === volumeIdIn(b));
}

export function createLookups(options: LookupOptions): Lookups {
  const { client, queue, refreshIntervalMs, random, onChange } = options;
  const known = new Map<string, VolumeFacts>();
  let pods: ReadonlyMap<string, PodName> = new Map();
  const refresh = () => jittered(refreshIntervalMs, random);

  const wantClaim = (key: string, { namespace, name }: Claim): void => {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/persistentvolumeclaims/${encodeURIComponent(name)}?${fromCache}`;
    queue.put(`claim ${key}`, {
      kind: 'persistentvolumeclaims',
      ask: () => client.get({ path, operation: 'get_persistentvolumeclaim' }),
      answered: (body) => {
        const facts = known.get(key);
        if (facts === undefined) return;
        known.set(key, { ...facts, claimLabels: readClaimLabels(body) });
        onChange();
      },
      // With the volume, which says whose labels they are.
      again: () => undefined,
    });
  };

  return {
    want(volume) {
      const key = keyOf(volume);
      const path = `/api/v1/persistentvolumes/${encodeURIComponent(volume.persistentVolume)}?${fromCache}`;
      queue.put(`volume ${key}`, {
        kind: 'persistentvolumes',
        ask: () => client.get({ path, operation: 'get_persistentvolume' }),
        answered: (body) => {
          const { handle, claim, storageClass, labels } = readPersistentVolume(body);
          // Another volume that goes by this name by now: what it says is not about ours.
          if (handle === undefined || !isSameHandle(handle, volume.handle)) return;
          const before = known.get(key);
          const sameClaim = before?.claim?.uid === claim?.uid && before?.claim?.name === claim?.name;
          const claimLabels = sameClaim ? (before?.claimLabels ?? {}) : {};
          known.set(key, { claim, storageClass, labels, claimLabels });
          if (options.claimLabels && claim !== undefined) wantClaim(key, claim);
          onChange();
        },
        again: refresh,
      });
    },
    drop(volume) {
      const key = keyOf(volume);
      queue.drop(`volume ${key}`);
      queue.drop(`claim ${key}`);
      known.delete(key);
    },
    factsOf: (volume) => known.get(keyOf(volume)),
    wantPods(nodeName, delayMs) {
      const path = `/api/v1/pods?fieldSelector=${encodeURIComponent(`spec.nodeName=${nodeName}`)}&${fromCache}`;
      const inquiry = {
        kind: 'pods',
        ask: () => client.get({ path, operation: 'list_pods_of_node', accept: metadataOnly }),
        answered: (body: unknown) => {
          pods = readPodNames(body);
          onChange();
        },
        again: () => undefined,
      };
      queue.put('pods', inquiry, delayMs);
    },
    podNames: () => pods,
    wantNode(nodeName, delayMs, intervalMs, onAnswer) {
      const path = `/api/v1/nodes/${encodeURIComponent(nodeName)}?${fromCache}`;
      const inquiry = {
        kind: 'nodes',
        ask: () => client.get({ path, operation: 'get_node' }),
        answered: (body: unknown) => onAnswer(readAttachedVolumes(body)),
        again: () => jittered(intervalMs, random),
      };
      queue.put('node', inquiry, delayMs);
    },
  };
}
