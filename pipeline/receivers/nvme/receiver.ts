import { createMachineSource } from '../../../receiver/nvme/machine-source.ts';
import { createNvmeReceiver } from '../../../receiver/nvme/receiver.ts';
import type { StatisticsSource, Volume } from '../../../receiver/nvme/source.ts';
import type { ComponentContext, Receiver } from '../../component.ts';
import { globSelector } from '../../config/glob.ts';
import { productVersion } from '../../resource/version.ts';
import type { NvmeReceiverConfig } from './config.ts';

/** Whether the configuration wants a volume. */
export function volumeSelector({
  devices,
  instance_store,
}: Pick<NvmeReceiverConfig, 'devices' | 'instance_store'>): (volume: Volume) => boolean {
  const selects = globSelector(devices);
  return ({ kind, device, id }) => (instance_store || kind !== 'instance_store') && selects([device, id]);
}

/** The volumes that a configuration means: the machine's, or simulated ones. */
export async function createSource(config: NvmeReceiverConfig): Promise<StatisticsSource> {
  if (config.simulate === 0) {
    const { dev_path: devPath, sys_path: sysPath, io_size_histograms: ioSizes } = config;
    return createMachineSource({ devPath, sysPath, ioSizes });
  }
  const [{ createSimulatedSource }, { decodeStatistics }] = await Promise.all([
    import('../../../receiver/nvme/simulate/source.ts'),
    import('../../../receiver/nvme/native.ts'),
  ]);
  return createSimulatedSource({
    count: config.simulate,
    now: () => performance.now(),
    decode: decodeStatistics,
  });
}

export async function createNvme(config: NvmeReceiverConfig, context: ComponentContext): Promise<Receiver> {
  const source = await createSource(config);
  if (source.simulated) {
    context.logger.warn('the volumes are simulated: their numbers mean nothing', {
      volumes: config.simulate,
    });
  }
  return createNvmeReceiver(
    {
      minIntervalMs: config.min_interval,
      readTimeoutMs: config.read_timeout,
      includes: volumeSelector(config),
      histograms: { latency: config.latency_histograms, ioSizes: config.io_size_histograms },
      version: productVersion(),
    },
    {
      source,
      log: context.logger,
      meter: context.meter,
      monotonicNow: () => performance.now(),
      wallNow: () => Date.now(),
    },
  );
}
