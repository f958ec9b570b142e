import {
  absolutePath,
  boolean,
  durationMs,
  field,
  integer,
  listOf,
  number,
  object,
  optional,
  section,
  string,
  type Infer,
} from '../../config/schema.ts';

const api = object({
  enabled: field(
    boolean(),
    true,
    'Ask the Kubernetes API for claims, storage classes and labels. Without it only what the kubelet wrote down is known.',
  ),
  kubeconfig: field(
    optional(absolutePath()),
    undefined,
    "A kubeconfig, where the pod's service account is not to be used, or there is no pod.",
  ),
  context: field(optional(string()), undefined, "The kubeconfig's context; its current one where not set."),
  timeout: field(durationMs({ min: 100, max: 60_000 }), 10_000, 'How long one request may take.'),
  refresh_interval: field(
    durationMs({ min: 60_000 }),
    3_600_000,
    'How often what is known is asked for again, one object after the other, ±10 %. What changed on the node is asked for at once.',
  ),
  requests_per_second: field(number({ min: 0.01, max: 50 }), 2, 'The most requests over time.'),
  burst: field(
    integer({ min: 1, max: 100 }),
    32,
    'The most requests at once, after a rest. With as many as a node has volumes, and a few, all claims are known right after the start.',
  ),
});

const drift = object({
  enabled: field(
    boolean(),
    true,
    'Compare the volumes that Kubernetes has attached to the node with the devices that are there.',
  ),
  interval: field(
    durationMs({ min: 60_000 }),
    600_000,
    'How often the node object is read, ±10 %. It is read too after volumes came or went.',
  ),
  after: field(
    durationMs({ min: 10_000 }),
    120_000,
    'How long a difference lasts before it counts: attaching and detaching take their time.',
  ),
  ignore: field(
    listOf(string()),
    [],
    'Globs on the volume id or the device name: volumes that are attached outside Kubernetes. Disks with partitions need not be named.',
  ),
});

/** What the processor `kubernetes` takes. Times are ms. */
export const kubernetesProcessorSchema = object({
  kubelet_path: field(
    absolutePath(),
    '/var/lib/kubelet',
    "The kubelet's folder, or where the host's is mounted.",
  ),
  pod_logs_path: field(
    absolutePath(),
    '/var/log/pods',
    "Where the kubelet keeps pods' logs: the names of its folders give a pod's name without a request. Where it is not there, the API is asked.",
  ),
  sys_path: field(absolutePath(), '/sys', "Where sysfs is: in a container, where the host's is mounted."),
  scan_interval: field(
    durationMs({ min: 1000 }),
    10_000,
    "How often the kubelet's folder is looked through. That asks nobody.",
  ),
  node_name: field(
    optional(string()),
    undefined,
    "The node's name in Kubernetes; from `NODE_NAME` or the kubelet's files where not set.",
  ),
  pv_labels: field(
    listOf(string()),
    [],
    'Globs on labels of PersistentVolumes that points are to carry: `pv_…` on the Prometheus page.',
  ),
  pvc_labels: field(
    listOf(string()),
    [],
    'The same for labels of claims: `pvc_…`. Takes one more request for each volume.',
  ),
  claim_uid: field(
    boolean(),
    false,
    "Add the claim's uid, which tells claims of one name apart that had the same PersistentVolume.",
  ),
  api: section(api, 'How the Kubernetes API is asked.'),
  drift: section(drift, 'Volumes that are attached and not there, or there and not attached.'),
});

export type KubernetesProcessorConfig = Infer<typeof kubernetesProcessorSchema>;
