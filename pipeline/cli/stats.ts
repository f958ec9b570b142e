import type { ForeignDrive } from '../../receiver/nvme/discovery.ts';
import type { StatisticsSource, Volume } from '../../receiver/nvme/source.ts';
import { exitCode, type ExitCode } from './exit-code.ts';
import { changes, sortOutcomes, type VolumeReading } from './stats/follow.ts';
import { changeJson, readingJson } from './stats/json.ts';
import type { StatsOptions } from './stats/options.ts';
import { intervalReport, readingReport } from './stats/report.ts';
import { resolveTargets } from './stats/targets.ts';
import { lookOf, type Screen } from './terminal/look.ts';

export { statsOptions, type StatsOptions } from './stats/options.ts';

/** The command `stats`: the statistics page of volumes, decoded; with an interval, what changed in it. */

export interface StatsIo {
  readonly screen: Screen;
  readonly source: StatisticsSource;
  /** Drives that are not Amazon's, to explain why one of them is not shown. */
  readonly foreign: readonly ForeignDrive[];
  /** For one reading of all volumes. */
  readonly readTimeoutMs: number;
  /** ms since the epoch. */
  readonly now: () => number;
  /** Resolves after the time, or at once when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}

interface AllReadings extends ReturnType<typeof sortOutcomes> {
  readonly volumes: readonly Volume[];
}

export function noVolumes(foreign: readonly ForeignDrive[]): string {
  const drives = foreign.map(({ device, model }) => `${device} is ${model}`).join(', ');
  const others = drives === '' ? '' : ` (${drives})`;
  return `no Amazon NVMe volume is attached to this machine${others}; --simulate 6 shows what it would look like`;
}

/**
 * Gives exit code 1 where a target does not exist, 3 where a volume that was named or every volume could not be read, 0
 * otherwise, also where there is no volume at all. Between intervals a failure is told and the command goes on.
 */
export async function showStats(options: StatsOptions, io: StatsIo): Promise<ExitCode> {
  const { screen, source, signal } = io;
  const complain = (message: string) => screen.writeError(`${message}\n`);
  let attached: readonly Volume[];
  try {
    attached = source.discover();
  } catch (error) {
    complain(`cannot look for volumes: ${error instanceof Error ? error.message : String(error)}`);
    return exitCode.couldNot;
  }
  const targets = resolveTargets(options.targets, attached, io.foreign);
  if (!targets.ok) {
    targets.messages.forEach(complain);
    return exitCode.wrongInput;
  }
  if (attached.length === 0) {
    complain(noVolumes(io.foreign));
    return exitCode.done;
  }

  const print = createPrinter(options.json, io);
  const readAll = async (): Promise<AllReadings> => {
    const volumes = source.discover().filter(targets.isMeant);
    return { volumes, ...sortOutcomes(volumes, await source.read(volumes, io.readTimeoutMs)) };
  };

  const first = await readAll();
  for (const { error } of first.failures) complain(error.message);
  const couldNot = first.failures.length > 0 && (options.targets.length > 0 || first.readings.length === 0);
  if (options.intervalMs === undefined) {
    print.readings(first.readings);
    return couldNot ? exitCode.couldNot : exitCode.done;
  }
  if (first.readings.length === 0) return exitCode.couldNot;

  const told = new Map(first.failures.map(({ volume, error }) => [volume.device, error.type]));
  const startedAtMs = io.now();
  let previous: readonly VolumeReading[] = first.readings;
  for (let interval = 1; interval <= (options.count ?? Infinity); interval++) {
    await io.sleep(Math.max(0, startedAtMs + interval * options.intervalMs - io.now()), signal);
    if (signal.aborted) break;
    const current = await readAll();
    // Said once, not once an interval.
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
