import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { controllerState, type ForeignDrive } from '../../receiver/nvme/discovery.ts';
import type { MachineSource } from '../../receiver/nvme/machine-source.ts';
import { identify } from '../../receiver/nvme/native.ts';
import type { StatisticsSource, Volume } from '../../receiver/nvme/source.ts';
import { componentSchemas, type Config } from '../components.ts';
import { loadConfig } from '../config/load.ts';
import { askListeningReader } from '../privilege/reader.ts';
import type { NvmeReceiverConfig } from '../receivers/nvme/config.ts';
import { createMachine, createSimulated, volumeSelector } from '../receivers/nvme/receiver.ts';
import type { CommandLine } from './command-line.ts';
import { program } from './commands.ts';
import { exitCode, type ExitCode } from './exit-code.ts';
import { showStats, statsOptions } from './stats.ts';
import { openFullScreen } from './terminal/full-screen.ts';
import { isDumb, lookOf, type Screen } from './terminal/look.ts';
import { showTop, topOptions } from './top.ts';
import { formatProblems, formatWarning } from './validate.ts';
import { showVolumes, type VolumeDescription } from './volumes.ts';

/** What the commands that look at volumes, and serve nobody, work on. */
interface Subject {
  readonly config: NvmeReceiverConfig;
  readonly source: StatisticsSource;
  readonly foreign: readonly ForeignDrive[];
  describe(volumes: readonly Volume[]): Promise<readonly VolumeDescription[]>;
}

const screen: Screen = {
  write: (text) => process.stdout.write(text),
  writeError: (text) => process.stderr.write(text),
  get columns() {
    return process.stdout.columns;
  },
  isTerminal: process.stdout.isTTY,
  env: process.env,
};

async function describeDrives(
  config: NvmeReceiverConfig,
  volumes: readonly Volume[],
): Promise<VolumeDescription[]> {
  const paths = volumes.map(({ device }) => join(config.dev_path, device));
  const identities = await identify(paths, config.read_timeout);
  return volumes.map(({ controller }, index) => {
    const outcome = identities[index];
    return {
      blockDeviceMapping: outcome?.ok === true ? outcome.identity.blockDeviceMapping : undefined,
      controllerState: controllerState(config.sys_path, controller),
    };
  });
}

/** Where nobody can look for drives, looking for volumes fails as well, and says so. */
function foreignDrives(machine: MachineSource): readonly ForeignDrive[] {
  try {
    return machine.drives().foreign;
  } catch {
    return [];
  }
}

/** Everything that a volume has to say is shown: its latencies by size of the I/O too, where it has them. */
async function subjectOf(configured: NvmeReceiverConfig): Promise<Subject> {
  const config = { ...configured, io_size_histograms: true };
  const selects = volumeSelector(config);
  const only = (source: StatisticsSource): StatisticsSource => ({
    ...source,
    discover: () => source.discover().filter(selects),
  });
  if (config.simulate > 0) {
    const simulated = await createSimulated(config);
    const describe = async (volumes: readonly Volume[]) => simulated.describe(volumes);
    return { config, source: only(simulated), foreign: [], describe };
  }
  const machine = createMachine(config);
  return {
    config,
    source: only(machine),
    foreign: foreignDrives(machine),
    describe: (volumes) => describeDrives(config, volumes),
  };
}

/** Without the reader every volume is shown, as one that cannot be read. */
function askReader(config: Config, { dev_path: devPath }: NvmeReceiverConfig): void {
  try {
    askListeningReader(config, devPath);
  } catch (error) {
    process.stderr.write(`${program}: ${(error as Error).message}\n`);
  }
}

/** The volumes that the configuration's first receiver means. */
async function loadSubject(line: CommandLine): Promise<Subject | undefined> {
  const result = await loadConfig({
    file: line.values.get('config'),
    sets: line.lists.get('set') ?? [],
    simulate: line.values.get('simulate'),
    env: process.env,
    schemas: componentSchemas,
    isTerminal: process.stderr.isTTY,
  });
  if (!result.ok) {
    process.stderr.write(formatProblems(result.problems));
    return undefined;
  }
  for (const warning of result.warnings) process.stderr.write(`${formatWarning(warning)}\n`);
  const receiver = [...result.config.receivers.values()].find(({ type }) => type === 'nvme');
  if (receiver?.type === 'nvme') {
    if (receiver.config.simulate === 0) askReader(result.config, receiver.config);
    return subjectOf(receiver.config);
  }
  process.stderr.write('the configuration has no receiver nvme, which is what reads volumes: add one\n');
  return undefined;
}

export async function volumesOfLine(line: CommandLine): Promise<ExitCode> {
  const subject = await loadSubject(line);
  if (subject === undefined) return exitCode.wrongInput;
  const { config, source, foreign, describe } = subject;
  const options = { json: line.switches.has('json') };
  return showVolumes(options, { screen, source, foreign, describe, readTimeoutMs: config.read_timeout });
}

/** Aborted when somebody wants the command to end. */
function interruption(...signals: readonly NodeJS.Signals[]): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of signals) process.once(signal, () => interrupted.abort());
  return interrupted.signal;
}

function refuse(command: string, message: string): ExitCode {
  process.stderr.write(`${program}: ${message}\nSee ${program} ${command} --help.\n`);
  return exitCode.wrongUsage;
}

const clock = {
  now: () => Date.now(),
  monotonicNow: () => performance.now(),
  sleep: (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};

export async function statsOfLine(line: CommandLine): Promise<ExitCode> {
  const parsed = statsOptions(line);
  if (!parsed.ok) return refuse('stats', parsed.message);
  const subject = await loadSubject(line);
  if (subject === undefined) return exitCode.wrongInput;
  const { config, source, foreign } = subject;
  return showStats(parsed.options, {
    ...clock,
    screen,
    source,
    foreign,
    readTimeoutMs: config.read_timeout,
    signal: interruption('SIGINT'),
  });
}

export async function topOfLine(line: CommandLine): Promise<ExitCode> {
  const parsed = topOptions(line);
  if (!parsed.ok) return refuse('top', parsed.message);
  const subject = await loadSubject(line);
  if (subject === undefined) return exitCode.wrongInput;
  if (!screen.isTerminal || isDumb(screen.env)) {
    return refuse(
      'top',
      'top needs a terminal that it can draw on: stats --interval 2 prints the same line by line',
    );
  }
  const { config, source, foreign } = subject;
  return showTop(parsed.options, {
    ...clock,
    source,
    foreign,
    readTimeoutMs: config.read_timeout,
    complain: (message) => screen.writeError(`${message}\n`),
    look: lookOf(screen),
    openScreen: (listeners) => openFullScreen({ input: process.stdin, output: process.stdout, ...listeners }),
    signal: interruption('SIGINT', 'SIGTERM', 'SIGHUP'),
  });
}
