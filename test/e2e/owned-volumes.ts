import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterNode } from '../fixtures/cluster-node.ts';
import { podUid, testNode, type TestPod } from '../fixtures/kubelet.ts';
import type { ApiVolume, KubernetesApi } from '../fixtures/kubernetes-api.ts';
import { mountMemory, unmount } from '../fixtures/mounts.ts';
import { distinctPage, ebsDrive, ebsId, ebsSerial } from '../fixtures/node.ts';
import { buildIdentify } from '../fixtures/nvme-device/identify.ts';
import { buildPage } from '../fixtures/nvme-device/page.ts';

/**
 * Volumes of claims: two namespaces whose claims and pods have the same names, file systems of which each has another size
 * and is as full as no other, raw block volumes, and the node's own disk.
 */

export interface OwnedVolume {
  /** `nvme<number>n1`, `vol-…<number>`. */
  readonly number: number;
  readonly persistentVolume: string;
  readonly handle: string;
  readonly mode: 'filesystem' | 'block';
  readonly pod: TestPod;
  readonly claim: ApiVolume['claim'];
  readonly storageClass: string;
}

export type Labels = Readonly<Record<string, string>>;

const inNamespace = 14;

export const volumeNumbers: readonly number[] = Array.from({ length: 28 }, (_, index) => index + 1);

export function ownedVolume(number: number): OwnedVolume {
  const namespace = number <= inNamespace ? 'shop' : 'bank';
  const name = `db-${(number - 1) % inNamespace}`;
  const mode = number % 5 === 0 ? 'block' : 'filesystem';
  return {
    number,
    persistentVolume: `pvc-${String(number).padStart(4, '0')}`,
    handle: ebsId(number),
    mode,
    pod: { uid: podUid(number), namespace, name },
    claim: { namespace, name: `data-${name}`, uid: `claim-${number}` },
    storageClass: mode === 'block' ? 'io2' : 'gp3',
  };
}

/** Labels on the page that say whose a volume is. */
export function ownerLabels({ persistentVolume, pod, claim, storageClass }: OwnedVolume): Labels {
  return {
    namespace: claim.namespace,
    persistentvolumeclaim: claim.name,
    persistentvolume: persistentVolume,
    pod: pod.name,
    storageclass: storageClass,
  };
}

/** What the kubelet alone knows of it. */
export function kubeletLabels({ persistentVolume, pod }: OwnedVolume): Labels {
  return { namespace: pod.namespace, persistentvolume: persistentVolume, pod: pod.name };
}

const pageBytes = 4096;
export const capacityBytes = ({ number }: OwnedVolume): number => (number + 1) * 2 ** 20;
export const usedBytes = ({ number }: OwnedVolume): number => number * pageBytes;

const hourMs = 3_600_000;

/** The kubelet gives a volume to its pod, and mounts it there where it is to be mounted. */
export function publish({ kubelet }: ClusterNode, volume: OwnedVolume): void {
  kubelet.addPod(volume.pod);
  kubelet.publish(volume.pod, { ...volume, publishedAtMs: Date.now() - hourMs });
  if (volume.mode === 'block') return;
  const path = kubelet.mountPath(volume.pod, volume);
  mountMemory(`/dev/nvme${volume.number}n1`, path, capacityBytes(volume), 100 + volume.number);
  writeFileSync(join(path, 'data'), Buffer.alloc(usedBytes(volume)));
}

export function unpublish({ kubelet }: ClusterNode, volume: OwnedVolume): void {
  if (volume.mode === 'filesystem') unmount(kubelet.mountPath(volume.pod, volume));
  kubelet.unpublish(volume.pod, volume);
}

export async function attachAndPublish(node: ClusterNode, volume: OwnedVolume): Promise<void> {
  await node.machine.attach(ebsDrive(volume.number));
  publish(node, volume);
}

/** The node's own disk: it has partitions, and nobody has a claim to it. */
export async function attachRootDisk({ machine }: ClusterNode): Promise<void> {
  const serial = ebsSerial(0);
  const page = buildPage(distinctPage(77));
  await machine.devices.addDevice('nvme0n1', { page, identify: buildIdentify({ serial }) });
  machine.sysfs.addController('nvme0', { serial, partitions: [1, 14, 15] });
}

/** The API server knows these volumes, and that they and no others are attached to the node. */
export function tellApi(api: KubernetesApi, volumes: readonly OwnedVolume[]): void {
  for (const volume of volumes) api.addVolume(volume);
  const attached = volumes.map(({ handle }) => handle);
  api.addNode(testNode, attached);
}
