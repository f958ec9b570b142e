/** The attributes on a volume's points: the one place for their names. */

export const attribute = {
  volumeId: 'aws.ebs.volume.id',
  instanceStoreSerial: 'aws.instance_store.volume.serial',
  deviceName: 'system.device.name',
  direction: 'disk.io.direction',
  limitScope: 'aws.ebs.limit.scope',
  limitType: 'aws.ebs.limit.type',
  sizeBand: 'aws.instance_store.io_size.upper',
  errorType: 'error.type',
  persistentVolume: 'k8s.persistentvolume.name',
  persistentVolumeClaim: 'k8s.persistentvolumeclaim.name',
  namespace: 'k8s.namespace.name',
  pod: 'k8s.pod.name',
  storageClass: 'k8s.storageclass.name',
  claimUid: 'k8s.persistentvolumeclaim.uid',
  simulated: 'ebs.collector.simulated',
} as const;

/** Of labels that the processor `kubernetes` adds: the label's own key follows. */
export const volumeLabelPrefix = 'k8s.persistentvolume.label.';
export const claimLabelPrefix = 'k8s.persistentvolumeclaim.label.';

export type AttributeName = (typeof attribute)[keyof typeof attribute];

/** For people: the reference in docs/metrics.md is made from this. */
export const attributeDescriptions: Readonly<Record<AttributeName, string>> = {
  'aws.ebs.volume.id': 'The EBS volume, `vol-0123456789abcdef0`. On EBS points.',
  'aws.instance_store.volume.serial': "The instance-store drive's serial. On instance-store points.",
  'system.device.name': 'The block device on the node, `nvme1n1`.',
  'disk.io.direction': '`read` or `write`.',
  'aws.ebs.limit.scope': 'Whose limit was exceeded: `volume` or `instance`.',
  'aws.ebs.limit.type': 'Which limit was exceeded: `iops` or `throughput`.',
  'aws.instance_store.io_size.upper': 'Largest I/O in the size band, bytes; `+Inf` in the last band.',
  'error.type':
    'Why the volume could not be read: `permission_denied`, `device_gone`, `timeout`, `io_error`, `invalid_magic`, `nvme_status` or `not_supported`. Only while it cannot.',
  'k8s.persistentvolume.name': 'The PersistentVolume on the volume, where known.',
  'k8s.persistentvolumeclaim.name': 'The claim bound to it, where known.',
  'k8s.namespace.name': "The claim's namespace, where known.",
  'k8s.pod.name': 'The pod that mounts it, where known; of several the one that has had it longest.',
  'k8s.storageclass.name': "The PersistentVolume's storage class, where known.",
  'k8s.persistentvolumeclaim.uid': "The claim's uid, where the processor `kubernetes` is told to add it.",
  'ebs.collector.simulated': '`true` on the points of simulated volumes, absent on real ones.',
};
