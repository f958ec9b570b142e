import { exitCode, type ExitCode } from './exit-code.ts';
import { createBeat, type BeatClock } from './stats/beat.ts';
import { changes, type VolumeReading } from './stats/follow.ts';
import { changeJson, readingJson } from './stats/json.ts';
import { meantVolumes, type AllReadings, type MeantVolumesIo } from './stats/meant-volumes.ts';
import type { StatsOptions } from './stats/options.ts';
import { intervalReport, readingReport } from './stats/report.ts';
import { lookOf, type Screen } from './terminal/look.ts';

export { statsOptions, type StatsOptions } from './stats/options.ts';

/** The command `stats`: the statistics page of volumes, decoded; with an interval, what changed in it. */

export interface StatsIo extends Omit<MeantVolumesIo, 'complain'>, BeatClock {
  readonly screen: Screen;
  /** ms since the epoch. */
  readonly now: () => number;
}

/**
 * Gives exit code 1 where a target does not exist, 3 where a volume that was named or every volume could not be read, 0
 * otherwise, also where there is no volume at all. Between intervals a failure is told and the command goes on.
 */
export async function showStats(options: StatsOptions, io: StatsIo): Promise<ExitCode> {
  const { screen, signal } = io;
  const complain = (message: string) => screen.writeError(`${message}\n`);
  const meant = meantVolumes(options.targets, { ...io, complain });
  if (!meant.ok) return meant.code;

  const print = createPrinter(options.json, io);
  const first = await meant.readAll();
  for (const { error } of first.failures) complain(error.message);
  const couldNot = first.failures.length > 0 && (options.targets.length > 0 || first.readings.length === 0);
  if (options.intervalMs === undefined) {
    print.readings(first.readings);
    return couldNot ? exitCode.couldNot : exitCode.done;
  }
  if (first.readings.length === 0) return exitCode.couldNot;

  const told = new Map(first.failures.map(({ volume, error }) => [volume.device, error.type]));
  const nextBeat = createBeat(options.intervalMs, io);
  let previous: readonly VolumeReading[] = first.readings;
  let trouble: string | undefined;
  for (let interval = 1; interval <= (options.count ?? Infinity); interval++) {
    await nextBeat();
    if (signal.aborted) break;
    const current = await meant.readAll();
    // Said once, not once an interval.
    if (current.trouble !== undefined && current.trouble !== trouble) complain(current.trouble);
    ({ trouble } = current);
    for (const { volume, error } of current.failures) {
      if (told.get(volume.device) !== error.type) complain(error.message);
      told.set(volume.device, error.type);
    }
    for (const { volume } of current.readings) told.delete(volume.device);
    print.interval(previous, current, options.targets.length === 1);
    previous = current.readings;
  }
  return exitCode.done;
}

/** Writes blocks with an empty line in between, or JSON line by line. */
function createPrinter(json: boolean, { screen, source, now }: StatsIo) {
  const { simulated } = source;
  const look = lookOf(screen);
  let isFirst = true;
  const writeBlock = (lines: readonly string[]): void => {
    screen.write(`${isFirst ? '' : '\n'}${lines.join('\n')}\n`);
    isFirst = false;
  };
  const writeJson = (values: readonly unknown[]): void =>
    values.forEach((value) => screen.write(`${JSON.stringify(value)}\n`));

  return {
    readings(readings: readonly VolumeReading[]): void {
      const context = { simulated, readAtMs: now(), look, columns: screen.columns };
      if (json) writeJson(readings.map((reading) => readingJson(reading, context)));
      else readings.forEach((reading) => writeBlock(readingReport(reading, context)));
    },
    interval(previous: readonly VolumeReading[], current: AllReadings, alone: boolean): void {
      const context = { simulated, readAtMs: now(), look, columns: screen.columns };
      const shown = changes(previous, current.volumes, current).filter((change) => change.type !== 'failed');
      if (json) writeJson(shown.map((change) => changeJson(change, context)));
      else writeBlock(intervalReport(shown, alone, context));
    },
  };
}
