import { attribute } from '../../../../receiver/nvme/attributes.ts';
import {
  exceededTime,
  io,
  metricPrefix,
  operationDuration,
  operations,
  operationTime,
  queueLength,
} from '../../../../receiver/nvme/metrics.ts';
import type { VolumeKind } from '../../../../receiver/nvme/statistics.ts';
import { collectorFamilies } from './aws-ebs-csi-collector.ts';
import {
  instanceIops,
  instanceThroughput,
  only,
  reads,
  volumeIops,
  volumeThroughput,
  writes,
} from './points.ts';
import type { NamingTable } from './table.ts';

/**
 * The names, units (seconds) and labels of the AWS EBS CSI driver, and of the instance-store one:
 * https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/pkg/metrics/nvme.go
 * What the driver has no name for stays under OpenTelemetry's.
 */

const prefix: Readonly<Record<VolumeKind, string>> = {
  ebs: 'aws_ebs_csi_',
  instance_store: 'aws_ec2_instance_store_csi_',
};

export const awsEbsCsiNaming: NamingTable = {
  prefix,
  entries: [
    { metric: operations, points: reads, name: 'read_ops_total', note: 'Here: reads.' },
    { metric: operations, points: writes, name: 'write_ops_total', note: 'Here: writes.' },
    { metric: io, points: reads, name: 'read_bytes_total', unit: 'bytes', note: 'Here: read.' },
    { metric: io, points: writes, name: 'write_bytes_total', unit: 'bytes', note: 'Here: written.' },
    {
      metric: operationTime,
      points: reads,
      name: 'read_seconds_total',
      unit: 'seconds',
      note: 'Here: reads.',
    },
    {
      metric: operationTime,
      points: writes,
      name: 'write_seconds_total',
      unit: 'seconds',
      note: 'Here: writes.',
    },
    {
      metric: exceededTime,
      points: volumeIops,
      name: 'exceeded_iops_seconds_total',
      unit: 'seconds',
      note: "Here: the volume's IOPS.",
    },
    {
      metric: exceededTime,
      points: volumeThroughput,
      name: 'exceeded_tp_seconds_total',
      unit: 'seconds',
      note: "Here: the volume's throughput.",
    },
    {
      metric: exceededTime,
      points: instanceIops,
      name: 'ec2_exceeded_iops_seconds_total',
      unit: 'seconds',
      note: "Here: the instance's IOPS.",
    },
    {
      metric: exceededTime,
      points: instanceThroughput,
      name: 'ec2_exceeded_tp_seconds_total',
      unit: 'seconds',
      note: "Here: the instance's throughput.",
    },
    { metric: queueLength, points: only, name: 'volume_queue_length' },
    {
      metric: operationDuration,
      points: reads,
      name: 'read_io_latency_seconds',
      unit: 'seconds',
      note: 'Here: reads.',
    },
    {
      metric: operationDuration,
      points: writes,
      name: 'write_io_latency_seconds',
      unit: 'seconds',
      note: 'Here: writes.',
    },
  ],
  resourceLabels: [['instance_id', ['host.id']]],
  labels: [
    [attribute.volumeId, 'volume_id'],
    [attribute.instanceStoreSerial, 'volume_id'],
    [attribute.simulated, 'simulated'],
  ],
  collectorFamilies: ({ metrics, kinds, resourceLabels }) =>
    (Object.keys(metricPrefix) as VolumeKind[])
      .filter((kind) => kind === 'ebs' || kinds.has(kind))
      .flatMap((kind) => collectorFamilies(`${prefix[kind]}nvme_collector_`, metrics, resourceLabels)),
};
