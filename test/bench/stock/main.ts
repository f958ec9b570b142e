import { join } from 'node:path';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { createDiscovery } from '../../../receiver/nvme/discovery.ts';
import { readStatistics } from '../../../receiver/nvme/native.ts';
import { createHistogramProducer, type VolumeStatistics } from './histograms.ts';
import { registerInstruments } from './instruments.ts';

/**
 * The SDK's own PrometheusExporter as its documentation has it: observable instruments, a MetricProducer for the
 * histograms, on the same devices by the same readers. Arguments: port, /dev, /sys.
 */

const [port, devPath = '/dev', sysPath = '/sys'] = process.argv.slice(2);
const node = process.env['NODE_NAME'] ?? '';
const clusterId = process.env['CLUSTER_ID'] ?? '';
const drives = createDiscovery(sysPath);

async function readVolumes(): Promise<VolumeStatistics[]> {
  const { volumes } = drives();
  const requests = volumes.map(({ device }) => ({ path: join(devPath, device), ioSizes: false }));
  const outcomes = await readStatistics(requests, 2000);
  return volumes.flatMap(({ device, id }, index) => {
    const outcome = outcomes[index];
    if (outcome?.ok !== true) return [];
    return {
      attributes: { cluster_id: clusterId, node, device, volume_id: id },
      statistics: outcome.statistics,
    };
  });
}

let underWay: Promise<VolumeStatistics[]> | undefined;
/** One reading for all that is collected at one time. */
const read = (): Promise<VolumeStatistics[]> =>
  (underWay ??= readVolumes().finally(() => (underWay = undefined)));

const exporter = new PrometheusExporter({
  host: '127.0.0.1',
  port: Number(port),
  withoutScopeInfo: true,
  metricProducers: [createHistogramProducer(read)],
});
const provider = new MeterProvider({ readers: [exporter] });
registerInstruments(provider.getMeter('stock'), read);
// The exporter's server does not hold the process.
setInterval(() => undefined, 2 ** 31 - 1);
