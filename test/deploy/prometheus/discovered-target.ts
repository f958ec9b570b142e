/**
 * A collector's pod as Prometheus discovers it, with the labels that are there before relabeling. The Prometheus that tests
 * run on has no discovery of Kubernetes: Debian leaves it out.
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/#kubernetes_sd_config
 */

const name = 'ebs-nvme-collector';

export const collectorPod = {
  namespace: 'ebs-nvme-collector',
  name: 'ebs-nvme-collector-x7k2p',
  nodeName: 'ip-10-0-0-7.ec2.internal',
} as const;

const ofPod = {
  namespace: collectorPod.namespace,
  pod_name: collectorPod.name,
  pod_node_name: collectorPod.nodeName,
  pod_container_name: 'collector',
  pod_container_port_name: 'metrics',
  pod_phase: 'Running',
  pod_ready: 'true',
  pod_label_app_kubernetes_io_name: name,
};

const labels = {
  pod: ofPod,
  endpointslice: {
    ...ofPod,
    service_name: name,
    service_label_app_kubernetes_io_name: name,
    endpointslice_port_name: 'metrics',
    endpointslice_address_target_kind: 'Pod',
    endpointslice_address_target_name: collectorPod.name,
  },
} as const;

export type Role = keyof typeof labels;

/** For `static_configs`. @param address where its page is, `127.0.0.1:8090` */
export function discoveredTarget(role: Role, address: string): object {
  return {
    targets: [address],
    labels: Object.fromEntries(
      Object.entries(labels[role]).map(([key, value]) => [`__meta_kubernetes_${key}`, value]),
    ),
  };
}
