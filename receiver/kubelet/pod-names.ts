import { readdir } from 'node:fs/promises';

/** A pod, by the names of its folder of logs. */
export interface PodName {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
}

const folderPattern = /^([a-z0-9.-]+)_([a-z0-9.-]+)_([0-9a-f-]+)$/;

/**
 * `NAMESPACE_NAME_UID`, as the kubelet names the folder of a pod's logs before it starts the pod's first container
 * (BuildPodLogsDirectory in pkg/kubelet/kuberuntime/kuberuntime_helpers.go). Neither name can have a `_`. The one way from a pod's uid to its
 * name that takes no request. Static pods have a hash for a uid, and no volumes.
 */
export function parsePodLogFolder(folder: string): PodName | undefined {
  const match = folderPattern.exec(folder);
  if (match === null) return undefined;
  const [, namespace = '', name = '', uid = ''] = match;
  return { namespace, name, uid };
}

/**
 * The pods of the node, by uid.
 * @throws where the folder cannot be listed
 */
export async function listPodNames(podLogsPath: string): Promise<ReadonlyMap<string, PodName>> {
  const pods = (await readdir(podLogsPath)).flatMap((folder) => parsePodLogFolder(folder) ?? []);
  return new Map(pods.map((pod) => [pod.uid, pod]));
}
