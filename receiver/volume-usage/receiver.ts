import type { Meter } from '@opentelemetry/api';
import type { Collection } from '../collection.ts';
import { createComplaint } from '../complaint.ts';
import type { Mount } from '../kubelet/mounts.ts';
import type { ListPodVolumes, PodVolume } from '../kubelet/pod-volumes.ts';
import { createLayOut } from '../lay-out.ts';
import type { ReceiverLog } from '../log.ts';
import { sharedForMs } from '../shared-for.ts';
import type { FileSystems, UsageError, UsageOutcome } from './file-systems.ts';
import { isStillMounted, mountedVolumes, type MountedVolume } from './mounted-volumes.ts';
import { createUsageTelemetry } from './self-telemetry.ts';
import { createUsageMetrics } from './usage-metrics.ts';

export interface VolumeUsageOptions {
  /** In the configuration: `volume_usage`. */
  readonly id: string;
  readonly kubeletPath: string;
  readonly minIntervalMs: number;
  readonly readTimeoutMs: number;
  /** Whether the configuration wants this volume. */
  readonly includes: (volume: PodVolume) => boolean;
  /** Of the collector: the version of the instrumentation scope. */
  readonly version: string;
}

export interface VolumeUsageDependencies {
  readonly volumes: ListPodVolumes;
  /** What is mounted in the kubelet's folder, by mount point. */
  readonly mounts: () => Promise<ReadonlyMap<string, Mount>>;
  readonly fileSystems: FileSystems;
  readonly log: ReceiverLog;
  readonly meter: Meter;
  /** performance.now(), ms. */
  readonly monotonicNow: () => number;
  /** Date.now(), ms since the epoch. */
  readonly wallNow: () => number;
}

export interface VolumeUsageReceiver {
  /** One reading serves all who ask at once, and all who ask while it is younger than the minimum interval. */
  collect(): Promise<Collection>;
  /** When the last reading was, ms since the epoch; undefined before the first. */
  latestReadAtMs(): number | undefined;
  shutdown(): Promise<void>;
}

/** Says of each volume once that it fails, and once that it is over. */
function createFailureLog(log: ReceiverLog) {
  let failing = new Map<string, UsageError['type']>();
  return (readings: readonly { readonly mounted: MountedVolume; readonly outcome: UsageOutcome }[]) => {
    const now = new Map<string, UsageError['type']>();
    for (const { mounted, outcome } of readings) {
      const { persistentVolume, volumeId, podUid } = mounted.volume;
      const fields = { persistent_volume: persistentVolume, volume: volumeId, pod_uid: podUid };
      const was = failing.get(persistentVolume);
      if (outcome.ok) {
        if (was !== undefined) log.info('the usage of the volume can be read again', { ...fields, was });
        continue;
      }
      const { type, message } = outcome.error;
      now.set(persistentVolume, type);
      if (was !== type) log.warn(message, { ...fields, 'error.type': type });
    }
    failing = now;
  };
}

/** A volume that a pod got longer ago is mounted. */
const settleMs = 5 * 60_000;

export function createVolumeUsageReceiver(
  options: VolumeUsageOptions,
  dependencies: VolumeUsageDependencies,
): VolumeUsageReceiver {
  const { log, monotonicNow, wallNow } = dependencies;
  const metrics = createUsageMetrics(options.version);
  const layOut = createLayOut();
  const logFailures = createFailureLog(log);
  const complain = createComplaint(log);
  let latest: { readonly collection: Collection; readonly beganAtMs: number } | undefined;
  let outcomes: readonly UsageOutcome[] = [];
  let running: Promise<Collection> | undefined;
  const shareForMs = sharedForMs(options.minIntervalMs);
  const telemetry = createUsageTelemetry(dependencies.meter, options.id, () => outcomes);

  const listVolumes = async (): Promise<readonly PodVolume[]> => {
    try {
      const volumes = await dependencies.volumes();
      return volumes.filter((volume) => options.includes(volume));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      complain(`cannot see which volumes are mounted: ${reason}`, { kubelet_path: options.kubeletPath });
      return [];
    }
  };

  const findMounted = async (): Promise<readonly MountedVolume[]> => {
    const volumes = await listVolumes();
    const mounts = await dependencies.mounts();
    const mounted = mountedVolumes(volumes, mounts);
    const settledBeforeMs = wallNow() - settleMs;
    const expected = volumes.filter(
      ({ mountPath, publishedAtMs }) => mountPath !== undefined && publishedAtMs < settledBeforeMs,
    );
    if (mounted.length > 0) complain(undefined);
    else if (expected.length > 0) {
      complain(
        'none of the volumes is mounted here: mount kubelet_path with mountPropagation: HostToContainer, at the path it has on the host',
        { kubelet_path: options.kubeletPath, volumes: expected.length },
      );
    }
    return mounted;
  };

  const collectNow = async (): Promise<Collection> => {
    const beganAtMs = monotonicNow();
    const mounted = await findMounted();
    const paths = mounted.map(({ path }) => path);
    const read = await dependencies.fileSystems.read(paths, options.readTimeoutMs);
    const after = await dependencies.mounts();
    const readings = mounted.flatMap((each, index) => {
      const outcome = read[index];
      return outcome === undefined || !isStillMounted(each, after) ? [] : [{ mounted: each, outcome }];
    });
    outcomes = readings.map(({ outcome }) => outcome);
    for (const outcome of outcomes) telemetry.read(outcome);
    logFailures(readings);

    const usages = readings.flatMap(({ mounted: of, outcome }) =>
      outcome.ok ? [{ mounted: of, usage: outcome.usage }] : [],
    );
    const readAtMs = wallNow();
    const collection = { readAtMs, ...layOut([metrics(usages, readAtMs)]) };
    latest = { collection, beganAtMs };
    return collection;
  };

  return {
    latestReadAtMs: () => latest?.collection.readAtMs,
    async collect() {
      if (running !== undefined) return running;
      const isYoung = latest !== undefined && monotonicNow() - latest.beganAtMs < shareForMs;
      if (latest !== undefined && isYoung) return latest.collection;
      running = collectNow().finally(() => {
        running = undefined;
      });
      return running;
    },
    async shutdown() {
      await running?.catch(() => undefined);
      telemetry.close();
    },
  };
}
