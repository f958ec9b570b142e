import type { Meter } from '@opentelemetry/api';
import type { Collection } from '../collection.ts';
import type { ReceiverLog } from '../log.ts';
import { sharedForMs } from '../shared-for.ts';
import type { HistogramOptions } from './histograms.ts';
import { createReadingHistory, type Reading, type ReadingEvent } from './reading.ts';
import { createReceiverTelemetry } from './self-telemetry.ts';
import { sameVolumes, type ReadOutcome, type StatisticsSource, type Volume } from './source.ts';
import { createVolumeMetrics } from './volume-metrics.ts';

export interface NvmeReceiverOptions {
  /** In the configuration: `nvme`, `nvme/data`. */
  readonly id: string;
  readonly minIntervalMs: number;
  readonly readTimeoutMs: number;
  /** Whether the configuration wants this volume. */
  readonly includes: (volume: Volume) => boolean;
  readonly histograms: HistogramOptions;
  /** Of the collector: the version of the instrumentation scope. */
  readonly version: string;
}

export interface NvmeReceiverDependencies {
  readonly source: StatisticsSource;
  readonly log: ReceiverLog;
  /** For the receiver's metrics on itself. */
  readonly meter: Meter;
  /** performance.now(), ms. */
  readonly monotonicNow: () => number;
  /** Date.now(), ms since the epoch. */
  readonly wallNow: () => number;
}

export interface NvmeReceiver {
  /**
   * One reading serves all who ask at once, and all who ask while it is younger than the minimum interval and no volume came
   * or went.
   */
  collect(): Promise<Collection>;
  /** The latest reading; undefined before the first. */
  latest(): Reading | undefined;
  readonly simulated: boolean;
  shutdown(): Promise<void>;
}

function describe(volume: Volume): Readonly<Record<string, string>> {
  return { volume: volume.id, device: volume.device };
}

function logEvent(log: ReceiverLog, event: ReadingEvent): void {
  const fields = describe(event.volume);
  switch (event.type) {
    case 'attached':
      return log.info('volume attached', { ...fields, kind: event.volume.kind });
    case 'detached':
      return log.info('volume detached', fields);
    case 'reset':
      return log.info('counters of the volume started over: it was attached anew', fields);
    case 'failed':
      return log.warn(event.error.message, { ...fields, 'error.type': event.error.type });
    case 'recovered':
      return log.info('volume can be read again', { ...fields, was: event.error.type });
  }
}

export function createNvmeReceiver(
  options: NvmeReceiverOptions,
  dependencies: NvmeReceiverDependencies,
): NvmeReceiver {
  const { source, log, monotonicNow, wallNow } = dependencies;
  const history = createReadingHistory(source.simulated);
  const metrics = createVolumeMetrics({ ...options.histograms, version: options.version });
  const shareForMs = sharedForMs(options.minIntervalMs);
  let latest: Reading | undefined;
  /** None after a reading that failed. */
  let shareable:
    | {
        readonly volumes: readonly Volume[];
        readonly collection: Collection;
        readonly beganAtMs: number;
      }
    | undefined;
  let running: { readonly volumes: readonly Volume[]; readonly collection: Promise<Collection> } | undefined;
  let attached: { readonly discovered: readonly Volume[]; readonly included: readonly Volume[] } = {
    discovered: [],
    included: [],
  };
  const telemetry = createReceiverTelemetry(dependencies.meter, options.id, () => latest);

  const follow = (volumes: readonly Volume[], outcomes: readonly ReadOutcome[]): Reading => {
    const { reading, events } = history.next(volumes, outcomes, wallNow());
    for (const event of events) {
      logEvent(log, event);
      telemetry.event(event);
    }
    telemetry.read(outcomes);
    return reading;
  };

  /** The same object as long as discovery gives the same. */
  const attachedNow = (): readonly Volume[] => {
    const discovered = source.discover();
    if (discovered !== attached.discovered) {
      attached = { discovered, included: discovered.filter(options.includes) };
    }
    return attached.included;
  };

  const collectNow = async (volumes: readonly Volume[], beganAtMs: number): Promise<Collection> => {
    shareable = undefined;
    try {
      const reading = follow(volumes, await source.read(volumes, options.readTimeoutMs));
      const collection = { readAtMs: reading.readAtMs, ...metrics.collect(reading) };
      if (latest === undefined && volumes.length === 0) {
        log.info('no Amazon NVMe volume is attached; one that is attached later is read too', {});
      }
      latest = reading;
      shareable = { volumes, collection, beganAtMs };
      telemetry.collected((monotonicNow() - beganAtMs) / 1000, false);
      return collection;
    } catch (error) {
      telemetry.collected((monotonicNow() - beganAtMs) / 1000, true);
      throw error;
    }
  };

  const share = <Shared>(collection: Shared): Shared => {
    telemetry.shared();
    return collection;
  };

  const collect = async (): Promise<Collection> => {
    const beganAtMs = monotonicNow();
    let volumes: readonly Volume[];
    try {
      volumes = attachedNow();
    } catch (error) {
      telemetry.collected((monotonicNow() - beganAtMs) / 1000, true);
      throw error;
    }
    if (running !== undefined) {
      if (sameVolumes(running.volumes, volumes)) return share(running.collection);
      // A volume came or went since that one began. It is not waited for longer than a drive's timeout.
      await running.collection.catch(() => undefined);
      return collect();
    }
    const isYoung = shareable !== undefined && beganAtMs - shareable.beganAtMs < shareForMs;
    if (shareable !== undefined && isYoung && sameVolumes(shareable.volumes, volumes)) {
      return share(shareable.collection);
    }
    const collection = collectNow(volumes, beganAtMs).finally(() => (running = undefined));
    running = { volumes, collection };
    return collection;
  };

  return {
    simulated: source.simulated,
    latest: () => latest,
    collect,
    async shutdown() {
      await running?.collection.catch(() => undefined);
      telemetry.close();
      source.close();
    },
  };
}
