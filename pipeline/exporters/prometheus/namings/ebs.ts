import { attribute } from '../../../../receiver/nvme/attributes.ts';
import {
  exceededRatio,
  exceededTime,
  io,
  operationDuration,
  operations,
  operationTime,
  queueLength,
  sizedOperationDuration,
  up,
} from '../../../../receiver/nvme/metrics.ts';
import { percent } from './percent.ts';
import {
  instanceIops,
  instanceThroughput,
  only,
  reads,
  volumeIops,
  volumeThroughput,
  writes,
} from './points.ts';
import type { NameEntry, NamingTable } from './table.ts';
import { nodeLabels, ownerLabels, usedPercent, volumeUsageNames } from './volume-usage.ts';

/** The names, units (times in µs) and labels of the EBS metrics exporter, and what it lacks in its style. */

/** Whole microseconds, as the drive's page has them: exact up to 2^51 µs, 71 years. */
const micros = (seconds: number): number => Math.round(seconds * 1e6);
const check = (ratio: number): number => (ratio > 0 ? 1 : 0);

const limits = [
  { points: volumeIops, name: 'volume_performance_exceeded_iops', whose: "the volume's IOPS" },
  {
    points: volumeThroughput,
    name: 'volume_performance_exceeded_throughput',
    whose: "the volume's throughput",
  },
  { points: instanceIops, name: 'instance_performance_exceeded_iops', whose: "the instance's IOPS" },
  {
    points: instanceThroughput,
    name: 'instance_performance_exceeded_throughput',
    whose: "the instance's throughput",
  },
] as const;

const checks = [
  { points: volumeIops, name: 'volume_iops_exceeded_check', whose: "the volume's IOPS" },
  { points: volumeThroughput, name: 'volume_throughput_exceeded_check', whose: "the volume's throughput" },
] as const;

const entries: readonly NameEntry[] = [
  ...limits.map(({ points, name, whose }) => ({
    metric: exceededTime,
    points,
    name: `${name}_total`,
    note: `Here: ${whose}, in microseconds.`,
    convert: micros,
  })),
  ...checks.map(({ points, name, whose }) => ({
    metric: exceededRatio,
    points,
    name,
    help: `1 if demand exceeded ${whose} between the last two readings, else 0.`,
    convert: check,
    declared: true,
  })),
  ...limits.map(({ points, name, whose }) => ({
    metric: exceededRatio,
    points,
    name: `${name}_percent`,
    unit: 'percent',
    help: `Share of the time between the last two readings that demand exceeded ${whose}, 0 to 100.`,
    convert: percent,
    declared: true,
  })),
  { metric: queueLength, points: only, name: 'volume_queue_length' },
  { metric: operations, points: reads, name: 'total_read_ops_total', note: 'Here: reads.' },
  { metric: operations, points: writes, name: 'total_write_ops_total', note: 'Here: writes.' },
  { metric: io, points: reads, name: 'total_read_bytes_total', unit: 'bytes', note: 'Here: read.' },
  { metric: io, points: writes, name: 'total_write_bytes_total', unit: 'bytes', note: 'Here: written.' },
  {
    metric: operationTime,
    points: reads,
    name: 'total_read_time_total',
    note: 'Here: reads, in microseconds.',
    convert: micros,
  },
  {
    metric: operationTime,
    points: writes,
    name: 'total_write_time_total',
    note: 'Here: writes, in microseconds.',
    convert: micros,
  },
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
  {
    metric: sizedOperationDuration,
    points: reads,
    name: 'sized_read_io_latency_seconds',
    unit: 'seconds',
    note: 'Here: reads.',
  },
  {
    metric: sizedOperationDuration,
    points: writes,
    name: 'sized_write_io_latency_seconds',
    unit: 'seconds',
    note: 'Here: writes.',
  },
  { metric: up, points: only, name: 'volume_up' },
];

export const ebsNaming: NamingTable = {
  prefix: { ebs: 'ebs_', instance_store: 'ebs_instance_store_' },
  entries,
  usage: [
    ...volumeUsageNames('ebs_volume_'),
    { ...usedPercent, name: 'ebs_volume_used_percent', unit: 'percent' },
  ],
  resourceLabels: nodeLabels,
  labels: [
    [attribute.deviceName, 'device'],
    [attribute.volumeId, 'volume_id'],
    [attribute.instanceStoreSerial, 'volume_id'],
    ...ownerLabels,
    [attribute.simulated, 'simulated'],
    [attribute.errorType, 'error_type'],
    [attribute.sizeBand, 'io_size_upper'],
  ],
};
