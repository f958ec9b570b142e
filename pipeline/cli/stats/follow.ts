import { difference, type StatisticsDifference } from '../../../receiver/nvme/difference.ts';
import type { ReadError, ReadOutcome, Volume } from '../../../receiver/nvme/source.ts';
import type { Statistics } from '../../../receiver/nvme/statistics.ts';

/** What one reading of the volumes says beside the one before. Pure. */

export interface VolumeReading {
  readonly volume: Volume;
  readonly statistics: Statistics;
  /** When the drive answered, ms on the clock of performance.now(). */
  readonly completedAtMs: number;
  /** ms since the epoch, where known. */
  readonly attachedAtMs: number | undefined;
}

/** What a volume did between two readings. */
export interface Measured {
  readonly type: 'difference';
  readonly reading: VolumeReading;
  readonly difference: StatisticsDifference;
  readonly intervalSeconds: number;
}

export type Change =
  | Measured
  /** Attached since, or readable again. */
  | { readonly type: 'appeared'; readonly volume: Volume }
  /** Attached anew since: counters started again at zero. */
  | { readonly type: 'reset'; readonly volume: Volume }
  | { readonly type: 'detached'; readonly volume: Volume }
  | { readonly type: 'failed'; readonly volume: Volume; readonly error: ReadError };

/** Readings and failures by volume, from what a source gave. */
export function sortOutcomes(
  volumes: readonly Volume[],
  outcomes: readonly ReadOutcome[],
): { readonly readings: VolumeReading[]; readonly failures: { volume: Volume; error: ReadError }[] } {
  const readings: VolumeReading[] = [];
  const failures: { volume: Volume; error: ReadError }[] = [];
  volumes.forEach((volume, index) => {
    const outcome = outcomes[index];
    if (outcome === undefined) return;
    if (!outcome.ok) failures.push({ volume, error: outcome.error });
    else {
      const { statistics, completedAtMs, attachedAtMs } = outcome;
      readings.push({ volume, statistics, completedAtMs, attachedAtMs });
    }
  });
  return { readings, failures };
}

/** The same volume on another device is another attachment. */
const attachment = ({ id, device }: Volume): string => `${device} ${id}`;

function compare(previous: VolumeReading | undefined, reading: VolumeReading): Change {
  const { volume } = reading;
  if (previous === undefined) return { type: 'appeared', volume };
  const change = difference(previous.statistics, reading.statistics);
  if (change.reset) return { type: 'reset', volume };
  const intervalSeconds = (reading.completedAtMs - previous.completedAtMs) / 1000;
  return { type: 'difference', reading, difference: change, intervalSeconds };
}

/**
 * @param previous readings of the reading before
 * @param volumes attached now
 * @returns in the order of the volumes; what is detached at the end
 */
export function changes(
  previous: readonly VolumeReading[],
  volumes: readonly Volume[],
  { readings, failures }: ReturnType<typeof sortOutcomes>,
): Change[] {
  const before = new Map(previous.map((reading) => [attachment(reading.volume), reading]));
  const now = new Map(readings.map((reading) => [attachment(reading.volume), reading]));
  const failed = new Map(failures.map((failure) => [attachment(failure.volume), failure.error]));
  const present = volumes.flatMap((volume): Change[] => {
    const key = attachment(volume);
    const reading = now.get(key);
    if (reading !== undefined) return [compare(before.get(key), reading)];
    const error = failed.get(key);
    return error === undefined ? [] : [{ type: 'failed', volume, error }];
  });
  const attached = new Set(volumes.map(attachment));
  const detached = previous
    .filter(({ volume }) => !attached.has(attachment(volume)))
    .map(({ volume }): Change => ({ type: 'detached', volume }));
  return [...present, ...detached];
}
