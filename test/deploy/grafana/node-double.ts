import { createServer } from 'node:http';
import { driftMetrics } from '../../../pipeline/processors/kubernetes/drift/drift-telemetry.ts';
import { ownerMetrics } from '../../../pipeline/processors/kubernetes/self-telemetry.ts';
import { endpointMetrics } from '../../../pipeline/exporters/prometheus/endpoint/endpoint-metrics.ts';
import { kubeletNaming } from '../../../pipeline/exporters/prometheus/namings/kubelet.ts';
import { prometheusName, prometheusUnit } from '../../../pipeline/exporters/prometheus/namings/otel-names.ts';
import { pvDiskUsageNaming } from '../../../pipeline/exporters/prometheus/namings/pv-disk-usage.ts';
import { queueMetrics } from '../../../pipeline/exporters/sending-queue/metrics.ts';
import { apiMetrics } from '../../../pipeline/telemetry/api-metrics.ts';
import { receiverOwnMetrics } from '../../../receiver/nvme/self-telemetry.ts';
import type { OwnMetric } from '../../../receiver/own-metric.ts';
import { usageOf } from '../../../receiver/volume-usage/file-systems.ts';
import { usageOwnMetrics } from '../../../receiver/volume-usage/self-telemetry.ts';
import { listenOnLoopback } from '../../fixtures/loopback-server.ts';

/**
 * A page of a node for what simulated volumes do not bring about: file systems that fill up, a Kubernetes API, a backend that
 * is away. All names come from the tables in the code.
 */

export type Labels = Readonly<Record<string, string>>;

const usageEntries = [pvDiskUsageNaming, kubeletNaming].flatMap((naming) => naming.usage ?? []);

export const ownName = ({ name, unit, type }: OwnMetric): string =>
  prometheusName(name, prometheusUnit(unit, type), type);

const blockBytes = 4096;
const gibi = 2 ** 30 / blockBytes;
const blocks = 100 * gibi;
const inodes = 6_553_600;

/** 60 GiB at first, and a MiB more each second. */
function usage(labels: Labels, seconds: number): string[] {
  const free = blocks - 60 * gibi - Math.round((seconds * 2 ** 20) / blockBytes);
  const freeInodes = inodes - Math.round(inodes / 10 + seconds);
  const fileSystem = usageOf([blockBytes, blocks, free, free, inodes, freeInodes]);
  return usageEntries.flatMap(({ metric, name, convert = (value) => value }) => {
    const value = metric.value(fileSystem);
    return value === undefined ? [] : [line(name, labels, convert(value))];
  });
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
  return `${name}{${pairs.join(',')}} ${value}`;
}

/** The kubelet has usage too, of volumes that it knows by claim alone. */
const kubelets: Labels = { namespace: 'shop', persistentvolumeclaim: 'not-from-us' };

function itself(seconds: number): string[] {
  const own = (metric: OwnMetric, labels: Labels, value: number) => line(ownName(metric), labels, value);
  const exporter = { otel_component_name: 'otlphttp/away' };
  const kind = { ebs_collector_drift_kind: 'missing_device' };
  const call = { ebs_collector_api_name: 'kubernetes', ebs_collector_api_operation: 'get_persistentvolume' };
  return [
    line(
      'target_info',
      {
        service_version: '0.0.1',
        host_name: 'pod-of-node-c',
        k8s_node_name: 'node-c',
        k8s_cluster_name: 'production',
      },
      1,
    ),
    own(receiverOwnMetrics.collections, {}, seconds),
    own(queueMetrics.size, exporter, 40),
    own(queueMetrics.capacity, exporter, 100),
    own(queueMetrics.dropped, { ...exporter, error_type: 'queue_full' }, seconds),
    own(endpointMetrics.reloaded, { otel_component_name: 'prometheus' }, Math.floor(seconds / 10)),
    own(
      usageOwnMetrics.mounts,
      { otel_component_name: 'volume_usage', ebs_collector_mount_state: 'readable' },
      4,
    ),
    own(ownerMetrics.owners, { ebs_collector_owner_state: 'claimed' }, 4),
    own(ownerMetrics.lookups, { ebs_collector_cache_result: 'hit' }, 10 * seconds),
    own(ownerMetrics.lookups, { ebs_collector_cache_result: 'miss' }, seconds),
    own(driftMetrics.drift, kind, 1),
    own(driftMetrics.age, kind, seconds),
    own(driftMetrics.found, kind, 1),
    own(driftMetrics.cleared, kind, 0),
    own(apiMetrics.requests, { ...call, error_type: '429' }, seconds),
    own(apiMetrics.throttles, call, seconds),
    line(`${ownName(apiMetrics.duration)}_bucket`, { ...call, le: '0.1' }, seconds),
    line(`${ownName(apiMetrics.duration)}_bucket`, { ...call, le: '+Inf' }, seconds),
  ];
}

/** @param volumes the labels of volumes that have a file system */
export async function serveNode(
  volumes: readonly Labels[],
): Promise<{ readonly target: string; close(): Promise<void> }> {
  const start = performance.now();
  const server = createServer((_, response) => {
    const seconds = (performance.now() - start) / 1000;
    const lines = [
      ...volumes.flatMap((labels) => usage(labels, seconds)),
      ...(kubeletNaming.usage ?? []).map(({ name }) => line(name, kubelets, inodes)),
      ...itself(seconds),
    ];
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(`${lines.join('\n')}\n`);
  });
  const { port, close } = await listenOnLoopback(server);
  return { target: `127.0.0.1:${port}`, close };
}
