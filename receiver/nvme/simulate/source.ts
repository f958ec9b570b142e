import type { ReadError, ReadOutcome, StatisticsSource, Volume } from '../source.ts';
import type { StatisticsRow } from '../statistics-row.ts';
import { createLoad } from './load.ts';
import { loadStatistics } from './load-statistics.ts';
import { buildPage, pageBytes } from './page-builder.ts';
import { planVolumes, type Profile } from './profiles.ts';

/** What a mistyped number must not exceed: more drives than any instance takes. */
export const maxSimulatedVolumes = 512;

export type DecodeStatistics = (
  page: Uint8Array,
) =>
  | { readonly ok: true; readonly statistics: StatisticsRow }
  | { readonly ok: false; readonly error: ReadError };

export interface SimulatedSourceOptions {
  /** How many volumes, 0 to 512. */
  readonly count: number;
  /** performance.now(), ms. */
  readonly now: () => number;
  /** Where performance.now() is zero, ms since the epoch. */
  readonly timeOriginMs?: number;
  /** Ask for latencies by I/O size too, where the drive has them. */
  readonly ioSizes?: boolean;
  /** The decoder that real pages go through. */
  readonly decode: DecodeStatistics;
  /** The same seed gives the same volumes the same load. */
  readonly seed?: number;
}

export interface SimulatedSource extends StatisticsSource {
  /** What Identify Controller and the kernel would say of simulated volumes, in order. */
  describe(
    volumes: readonly Volume[],
  ): readonly { readonly blockDeviceMapping: string; readonly controllerState: string }[];
}

/** Nobody takes these for real ones: real ids are hexadecimal. */
function simulatedVolume({ kind }: Profile, position: number): Volume {
  const number = String(position + 1).padStart(8, '0');
  const isEbs = kind === 'ebs';
  return {
    kind,
    id: isEbs ? `vol-simulated${number}` : `AWSSIMULATED${number}`,
    device: `nvme${position + 1}n1`,
    controller: `nvme${position + 1}`,
    model: isEbs ? 'Amazon Elastic Block Store' : 'Amazon EC2 NVMe Instance Storage',
    firmware: isEbs ? '1.0' : '0',
  };
}

/** The names that EC2 proposes, in their order: `xvdba`, `xvdbb` … `xvdbz`, `xvdca` … */
function mappingName(position: number): string {
  const letter = (index: number) => String.fromCharCode(97 + (index % 26));
  return `xvd${letter(1 + Math.floor(position / 26))}${letter(position)}`;
}

function gone(volume: Volume): ReadError {
  return {
    type: 'device_gone',
    message: `cannot read /dev/${volume.device}: the simulated volume ${volume.id} is detached for a moment; it comes back by itself`,
    errno: 'ENOENT',
  };
}

/**
 * Volumes with a believable load, for machines that have none. Their pages are built byte by byte and decoded like a
 * drive's.
 * @throws RangeError for a count that cannot be
 */
export function createSimulatedSource(options: SimulatedSourceOptions): SimulatedSource {
  const { count, now, decode, timeOriginMs = performance.timeOrigin, ioSizes = false, seed = 1 } = options;
  if (!Number.isInteger(count) || count < 0 || count > maxSimulatedVolumes) {
    throw new RangeError(`Expected 0 to ${maxSimulatedVolumes} simulated volumes but received ${count}`);
  }
  const plans = planVolumes(count, seed);
  const volumes = plans.map(({ profile }, position) => simulatedVolume(profile, position));
  const positions = new Map(volumes.map((volume, position) => [volume.device, position]));
  const load = createLoad(plans, seed);
  const startedAtMs = now();

  const read = (volume: Volume): ReadOutcome => {
    const beganAtMs = now();
    const position = positions.get(volume.device) ?? -1;
    const counters = volumes[position]?.id === volume.id ? load.counters(position) : undefined;
    const profile = plans[position]?.profile;
    if (counters === undefined || profile === undefined) {
      return { ok: false, error: gone(volume), durationSeconds: (now() - beganAtMs) / 1000 };
    }
    const page = buildPage(loadStatistics(profile, counters));
    const decoded = decode(ioSizes ? page : page.subarray(0, pageBytes));
    const completedAtMs = now();
    const durationSeconds = (completedAtMs - beganAtMs) / 1000;
    if (!decoded.ok) return { ok: false, error: decoded.error, durationSeconds };
    const attachedAtMs = Math.round(timeOriginMs + startedAtMs + counters.attachedAtMs);
    return { ok: true, statistics: decoded.statistics, completedAtMs, attachedAtMs, durationSeconds };
  };

  return {
    simulated: true,
    discover() {
      load.advanceTo(now() - startedAtMs);
      return volumes.filter((_, position) => load.isAttached(position));
    },
    read(wanted) {
      load.advanceTo(now() - startedAtMs);
      return Promise.resolve(wanted.map(read));
    },
    describe: (wanted) =>
      wanted.map(({ device, kind }) => ({
        blockDeviceMapping: kind === 'ebs' ? mappingName(positions.get(device) ?? 0) : 'ephemeral0:sdb',
        controllerState: 'live',
      })),
    close: () => undefined,
  };
}
