import { join } from 'node:path';
import { createDiscovery, type Drives } from './discovery.ts';
import { discoveryError } from './discovery-error.ts';
import { createStatisticsReader, type StatisticsReader } from './native.ts';
import { sameVolumes, type StatisticsSource, type Volume } from './source.ts';

export interface MachineSourceOptions {
  /** Where device nodes are: `/dev`, or where the host's is mounted in a container. */
  readonly devPath: string;
  readonly sysPath: string;
  /** Ask for latencies by I/O size too, one more command where the drive has them. */
  readonly ioSizes: boolean;
}

export interface MachineSource extends StatisticsSource {
  /** Every NVMe drive, those that are not Amazon's among them. */
  drives(): Drives;
}

/** The machine's own NVMe drives. Only those with one of Amazon's models are ever opened. */
export function createMachineSource({ devPath, sysPath, ioSizes }: MachineSourceOptions): MachineSource {
  let discovery = createDiscovery(sysPath);
  const drives = () => {
    try {
      return discovery();
    } catch (error) {
      throw discoveryError(error);
    }
  };
  /** Of the latest reading: the next one is of the same volumes nearly always. */
  let latest: { readonly volumes: readonly Volume[]; readonly reader: StatisticsReader } | undefined;

  const readerOf = (volumes: readonly Volume[]): StatisticsReader => {
    if (latest === undefined || !sameVolumes(latest.volumes, volumes)) {
      const requests = volumes.map(({ device, deviceNumber }) => ({
        path: join(devPath, device),
        ioSizes,
        ...(deviceNumber === undefined ? {} : { deviceNumber }),
      }));
      latest = { volumes, reader: createStatisticsReader(requests) };
    }
    return latest.reader;
  };

  return {
    simulated: false,
    drives,
    discover: () => drives().volumes,
    async read(volumes, timeoutMs) {
      const outcomes = await readerOf(volumes).read(timeoutMs);
      // A volume attached anew unseen has its serial again and may have another number: nothing known is kept.
      if (outcomes.some((outcome) => !outcome.ok && outcome.error.type === 'device_gone')) {
        discovery = createDiscovery(sysPath);
      }
      return outcomes;
    },
    close: () => undefined,
  };
}
