import { resourceFromAttributes } from '@opentelemetry/resources';
import { negotiateFormat } from '../../../pipeline/exporters/prometheus/negotiation.ts';
import { createPageContent } from '../../../pipeline/exporters/prometheus/families.ts';
import { createPageRenderer } from '../../../pipeline/exporters/prometheus/rendered-page.ts';
import { createPipeline } from '../../../pipeline/pipeline.ts';
import { createOwnMetrics } from '../../../pipeline/telemetry/own-metrics.ts';
import { createMachineSource } from '../../../receiver/nvme/machine-source.ts';
import { createNvmeReceiver } from '../../../receiver/nvme/receiver.ts';
import type { ReadOutcome, Volume } from '../../../receiver/nvme/source.ts';
import type { StageCosts } from './stage.ts';

/**
 * The parts of a scrape one after the other in a process of their own, each with its CPU time. Arguments: /dev, /sys. A
 * message from the parent asks for one round.
 */

const [devPath = '/dev', sysPath = '/sys'] = process.argv.slice(2);
const machine = createMachineSource({ devPath, sysPath, ioSizes: false });
const own = createOwnMetrics('bench');
const silent = { info: () => undefined, warn: () => undefined };

/** What the receiver is given, so that its own work alone is left to measure. */
let volumes: readonly Volume[] = [];
let outcomes: readonly ReadOutcome[] = [];
const receiver = createNvmeReceiver(
  {
    id: 'nvme',
    minIntervalMs: 0,
    readTimeoutMs: 2000,
    includes: () => true,
    histograms: { latency: true, ioSizes: false },
    version: 'bench',
  },
  {
    source: { simulated: false, discover: () => volumes, read: async () => outcomes, close: () => undefined },
    log: silent,
    meter: own.meter,
    monotonicNow: () => performance.now(),
    wallNow: () => Date.now(),
  },
);
const resource = resourceFromAttributes({
  'k8s.node.name': process.env['NODE_NAME'],
  'k8s.cluster.name': process.env['CLUSTER_ID'],
});
const collect = createPipeline({
  receivers: [receiver],
  processors: [],
  own,
  resource: () => resource,
  collected: () => undefined,
});
const content = createPageContent(['ebs']);
const render = createPageRenderer(content);
const format = negotiateFormat('text/plain');

async function round(): Promise<StageCosts> {
  const costs: Partial<Record<keyof StageCosts, number>> = {};
  const timed = async <T>(stage: keyof StageCosts, work: () => T | Promise<T>): Promise<T> => {
    const before = process.cpuUsage();
    const result = await work();
    const { user, system } = process.cpuUsage(before);
    costs[stage] = (user + system) / 1000;
    return result;
  };
  volumes = await timed('discovery', () => machine.discover());
  outcomes = await timed('reading', () => machine.read(volumes, 2000));
  const collection = await timed('collection', collect);
  const page = await timed('page', () => render(collection, format));
  await timed('gzip', () => page.gzipped());
  return costs as StageCosts;
}

process.on('message', () => {
  void round().then((costs) => process.send?.(costs));
});
