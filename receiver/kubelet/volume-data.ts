/**
 * What the kubelet writes down beside each CSI volume it mounts, to find the way back when it unmounts:
 * `vol_data.json`, pkg/volume/csi/csi_mounter.go and csi_block.go in Kubernetes.
 */
export interface VolumeData {
  readonly driver: string;
  /** The driver's name for the volume: `vol-0123456789abcdef0`. */
  readonly handle: string;
  /** The PersistentVolume's name. Absent beside what a driver staged for a node. */
  readonly persistentVolume: string | undefined;
  /** An ephemeral volume is the pod's own: there is no PersistentVolume. */
  readonly isEphemeral: boolean;
  readonly nodeName: string | undefined;
}

/** undefined where the text is not all there yet, or something else. */
export function parseVolumeData(text: string): VolumeData | undefined {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof fields !== 'object' || fields === null) return undefined;
  const field = (name: string): string | undefined => {
    const value = (fields as Readonly<Record<string, unknown>>)[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const driver = field('driverName');
  const handle = field('volumeHandle');
  if (driver === undefined || handle === undefined) return undefined;
  return {
    driver,
    handle,
    persistentVolume: field('specVolID'),
    isEphemeral: field('volumeLifecycleMode') === 'Ephemeral',
    nodeName: field('nodeName'),
  };
}

const volumeIdPattern = /(?:^|\/|\^)(vol-[0-9a-f]{8,})$/;

/**
 * The EBS volume in a volume handle (`vol-…`), in one of the in-tree driver (`aws://eu-central-1b/vol-…`) or in the
 * name of an attachment (`kubernetes.io/csi/ebs.csi.aws.com^vol-…`).
 */
export function volumeIdIn(handle: string): string | undefined {
  return volumeIdPattern.exec(handle)?.[1];
}
