import type { PodName } from '../../../../receiver/kubelet/pod-names.ts';
import { volumeIdIn } from '../../../../receiver/kubelet/volume-data.ts';
import { fieldsOf, itemsOf, text, type Fields } from './fields.ts';

/** The little that is wanted of the API's objects, taken from whatever it answers. */

export type Labels = Readonly<Record<string, string>>;

export interface Claim {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string | undefined;
}

export interface PersistentVolume {
  /** The driver's name for the volume, to be compared with the kubelet's. */
  readonly handle: string | undefined;
  readonly claim: Claim | undefined;
  readonly storageClass: string | undefined;
  readonly labels: Labels;
}

function labelsOf(object: Fields): Labels {
  const labels = Object.entries(fieldsOf(fieldsOf(object['metadata'])['labels']));
  return Object.fromEntries(
    labels.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function claimOf(reference: Fields): Claim | undefined {
  const namespace = text(reference['namespace']);
  const name = text(reference['name']);
  return namespace === undefined || name === undefined
    ? undefined
    : { namespace, name, uid: text(reference['uid']) };
}

/** `core/v1` PersistentVolume. */
export function readPersistentVolume(body: unknown): PersistentVolume {
  const object = fieldsOf(body);
  const spec = fieldsOf(object['spec']);
  return {
    handle:
      text(fieldsOf(spec['csi'])['volumeHandle']) ??
      // Of the in-tree driver, whose volumes the CSI driver serves since Kubernetes 1.23.
      text(fieldsOf(spec['awsElasticBlockStore'])['volumeID']),
    claim: claimOf(fieldsOf(spec['claimRef'])),
    storageClass: text(spec['storageClassName']),
    labels: labelsOf(object),
  };
}

/** `core/v1` PersistentVolumeClaim. */
export function readClaimLabels(body: unknown): Labels {
  return labelsOf(fieldsOf(body));
}

/** The EBS volumes that a `core/v1` Node has attached: `kubernetes.io/csi/ebs.csi.aws.com^vol-…`. */
export function readAttachedVolumes(body: unknown): ReadonlySet<string> {
  const attached = itemsOf(fieldsOf(fieldsOf(body)['status'])['volumesAttached']);
  const names = attached.map((each) => text(fieldsOf(each)['name']) ?? '');
  return new Set(names.flatMap((name) => volumeIdIn(name) ?? []));
}

/** Names by uid of a list of pods, of which the metadata is enough. */
export function readPodNames(body: unknown): ReadonlyMap<string, PodName> {
  return new Map(
    itemsOf(fieldsOf(body)['items']).flatMap((item) => {
      const metadata = fieldsOf(fieldsOf(item)['metadata']);
      const [uid, namespace, name] = [metadata['uid'], metadata['namespace'], metadata['name']].map(text);
      return uid === undefined || namespace === undefined || name === undefined
        ? []
        : [[uid, { uid, namespace, name }] as const];
    }),
  );
}
