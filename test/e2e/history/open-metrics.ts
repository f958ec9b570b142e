import type { Attributes } from '@opentelemetry/api';
import {
  endTime,
  collectorScope,
  receiverScope,
  resourceMetrics,
  volumeMetricData,
  type VolumeFixture,
} from '../../fixtures/metrics.ts';
import { usageMetricData, type UsageFixture } from '../../fixtures/volume-usage.ts';
import { bins, statistics } from '../../fixtures/volumes.ts';
import { attribute } from '../../../receiver/nvme/attributes.ts';
import type { LatencyBins, Statistics } from '../../../receiver/nvme/statistics.ts';
import { usageScopeName } from '../../../receiver/volume-usage/usage-metrics.ts';
import { render } from '../../pipeline/exporters/prometheus/render.ts';
import { fleet, hours, type FleetNode, type FleetVolume, type Load } from './fleet.ts';
import { itself } from './itself.ts';

/**
 * The pages that the collectors of the fleet would have shown for a day, as one file of samples with times: written by the
 * page of the product.
 */

/** Scrapes of the last hours, for rates over minutes; before, for what happened in a day. */
const stepSeconds = 120;
const earlierStepSeconds = 600;
const recentHours = 3;
/** When the last page is scraped, and questions are asked; 18:00 UTC. */
export const askedAtSeconds = endTime[0] - (endTime[0] % 86_400) + 18 * 3600;
const startSeconds = askedAtSeconds - hours * 3600;

const binCount = 28;
/** Most operations take as long as they usually do, a few eight times as long. */
function withOperations({ counts }: LatencyBins, operations: number, micros: number): LatencyBins {
  const usual = Math.ceil(Math.log2(micros));
  const few = Math.round(operations * 0.03);
  const next = Array.from(counts);
  next[usual] = (next[usual] ?? 0) + operations - few;
  next[usual + 3] = (next[usual + 3] ?? 0) + few;
  return bins(...next);
}

function later(before: Statistics, load: Load, seconds: number): Statistics {
  const reads = Math.round(load.readsPerSecond * seconds);
  const writes = Math.round(load.writesPerSecond * seconds);
  const exceeded = (share = 0) => Math.round(share * seconds * 1e6);
  return {
    ...before,
    readOperations: before.readOperations + reads,
    writeOperations: before.writeOperations + writes,
    readBytes: before.readBytes + reads * load.operationBytes,
    writeBytes: before.writeBytes + writes * load.operationBytes,
    readTimeMicros: before.readTimeMicros + reads * load.micros,
    writeTimeMicros: before.writeTimeMicros + writes * load.micros,
    volumeIopsExceededMicros: before.volumeIopsExceededMicros + exceeded(load.volumeIops),
    volumeThroughputExceededMicros: before.volumeThroughputExceededMicros + exceeded(load.volumeThroughput),
    instanceIopsExceededMicros: before.instanceIopsExceededMicros + exceeded(load.instanceIops),
    instanceThroughputExceededMicros:
      before.instanceThroughputExceededMicros + exceeded(load.instanceThroughput),
    queueLength: load.queueLength ?? 0,
    readLatency: withOperations(before.readLatency, reads, load.micros),
    writeLatency: withOperations(before.writeLatency, writes, load.micros),
  };
}

interface Counting {
  readonly volume: FleetVolume;
  now: Statistics;
}

const fresh = ({ kind }: FleetVolume): Statistics => {
  const none = bins(...Array<number>(binCount).fill(0));
  return statistics({ readLatency: none, writeLatency: none }, kind);
};

function fixtureOf(counting: Counting, hour: number, seconds: number): VolumeFixture | undefined {
  const { volume } = counting;
  const { kind, id, device, owner } = volume;
  const load = volume.load(hour);
  if (load === 'no device') return undefined;
  const base = { kind, id, device, ...(owner === undefined ? {} : { attributes: owner }) };
  if (load === 'timeout') return { ...base, read: { error: 'timeout' } };
  const isNew = volume.attachedAtHours?.some((at) => hour - seconds / 3600 < at && at <= hour) ?? false;
  counting.now = later(isNew ? fresh(volume) : counting.now, load, seconds);
  const { volumeIops = 0, volumeThroughput = 0, instanceIops = 0, instanceThroughput = 0 } = load;
  const exceeded = { volumeIops, volumeThroughput, instanceIops, instanceThroughput };
  return { ...base, read: { statistics: counting.now, exceeded } };
}

const pairs = (labels: Readonly<Record<string, unknown>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${String(value)}"`)
    .join(',');

const blockBytes = 4096;
const inodes = 6_553_600;

function usageAt({ id, device, owner, usage }: FleetVolume, hour: number): readonly UsageFixture[] {
  if (usage === undefined) return [];
  const blocks = usage.sizeBytes / blockBytes;
  const free = Math.round(blocks * (1 - usage.used(hour)));
  const freeInodes = Math.round(inodes * (1 - usage.inodesUsed));
  return [
    {
      attributes: { [attribute.volumeId]: id, [attribute.deviceName]: device, ...owner },
      numbers: [blockBytes, blocks, free, free, inodes, freeInodes],
    },
  ];
}

function pageOf(
  node: FleetNode,
  counting: readonly Counting[],
  hour: number,
  seconds: number,
): readonly string[] {
  const found = counting.flatMap((each) => fixtureOf(each, hour, seconds) ?? []);
  const failed = found.filter(({ read }) => 'error' in read).length;
  const resource: Attributes = {
    'service.name': 'ebs-nvme-collector',
    'service.version': node.inTrouble === true ? '0.0.9' : '0.1.0',
    'k8s.node.name': node.node,
    'k8s.cluster.name': node.cluster,
  };
  const page = render(
    resourceMetrics(resource, {
      [receiverScope]: volumeMetricData(found),
      [usageScopeName]: usageMetricData(node.volumes.flatMap((volume) => usageAt(volume, hour))),
      [collectorScope]: itself(
        hour * 3600,
        { readable: found.length - failed, failed },
        node.inTrouble ?? false,
      ),
    }),
    ['ebs', 'pv_disk_usage', 'kubelet'],
    'openmetrics',
  );
  return page
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !/^\w+_created/.test(line));
}

const sampleLine = /^(?<name>[a-zA-Z_:][\w:]*)(?:\{(?<labels>.*)\})? (?<value>\S+)$/;

/** What Prometheus adds to a sample: where it is from, and when it was scraped. */
function asScraped(line: string, target: string, atSeconds: number): string {
  const { name = '', labels = '', value = '' } = sampleLine.exec(line)?.groups ?? {};
  return `${name}{${target}${labels && `,${labels}`}} ${value} ${atSeconds}`;
}

/** Untyped: the samples are what counts, and each step's may follow the other's. */
export function fleetHistory(): string {
  const nodes = fleet.map((node) => ({
    node,
    target: pairs({ job: 'ebs-nvme-collector', instance: node.node }),
    counting: node.volumes.map((volume) => ({ volume, now: fresh(volume) })),
  }));
  const lines: string[] = [];
  const recentSeconds = askedAtSeconds - recentHours * 3600;
  let seconds = earlierStepSeconds;
  for (let atSeconds = startSeconds; atSeconds <= askedAtSeconds; atSeconds += seconds) {
    if (atSeconds >= recentSeconds) seconds = stepSeconds;
    const hour = (atSeconds - startSeconds) / 3600;
    for (const { node, target, counting } of nodes) {
      const isUp = hour < (node.downFromHour ?? Infinity);
      lines.push(asScraped(`up ${isUp ? 1 : 0}`, target, atSeconds));
      if (!isUp) continue;
      for (const line of pageOf(node, counting, hour, seconds))
        lines.push(asScraped(line, target, atSeconds));
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
}
