import { join } from 'node:path';
import { createDiscovery, type Drives } from './discovery.ts';
import { readStatistics } from './native.ts';
import type { StatisticsSource } from './source.ts';

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
  const drives = createDiscovery(sysPath);
  return {
    simulated: false,
    drives,
    discover: () => drives().volumes,
    read: (volumes, timeoutMs) =>
      readStatistics(
        volumes.map(({ device }) => ({ path: join(devPath, device), ioSizes })),
        timeoutMs,
      ),
    close: () => undefined,
  };
}
