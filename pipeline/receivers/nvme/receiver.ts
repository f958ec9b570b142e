import { existsSync } from 'node:fs';
import { createMachineSource, type MachineSource } from '../../../receiver/nvme/machine-source.ts';
import { decodeStatistics, loadNative } from '../../../receiver/nvme/native.ts';
import { createNvmeReceiver } from '../../../receiver/nvme/receiver.ts';
import type { SimulatedSource } from '../../../receiver/nvme/simulate/source.ts';
import type { Volume } from '../../../receiver/nvme/source.ts';
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

/**
 * The machine's own drives.
 * @throws where the native addon cannot be loaded
 */
export function createMachine(config: NvmeReceiverConfig): MachineSource {
  loadNative();
  const { dev_path: devPath, sys_path: sysPath, io_size_histograms: ioSizes } = config;
  return createMachineSource({ devPath, sysPath, ioSizes });
}

/** Simulated volumes, whose pages go through the decoder of real ones. */
export async function createSimulated(config: NvmeReceiverConfig): Promise<SimulatedSource> {
  const { createSimulatedSource } = await import('../../../receiver/nvme/simulate/source.ts');
  return createSimulatedSource({
    count: config.simulate,
    ioSizes: config.io_size_histograms,
    now: () => performance.now(),
    decode: decodeStatistics,
  });
}

export async function createNvme(config: NvmeReceiverConfig, context: ComponentContext): Promise<Receiver> {
  const source = config.simulate > 0 ? await createSimulated(config) : createMachine(config);
  const { sys_path } = config;
  if (!source.simulated && !existsSync(sys_path)) {
    context.logger.warn(
      "sys_path does not exist, so no volume is found: name where the host's /sys is mounted",
      {
        sys_path,
      },
    );
  }
  if (source.simulated) {
    context.logger.warn('the volumes are simulated: their numbers mean nothing', {
      volumes: config.simulate,
    });
  }
  return createNvmeReceiver(
    {
      id: context.id,
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
