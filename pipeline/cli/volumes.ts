import type { ForeignDrive } from '../../receiver/nvme/discovery.ts';
import type { ReadOutcome, StatisticsSource, Volume } from '../../receiver/nvme/source.ts';
import { exitCode, type ExitCode } from './exit-code.ts';
import { noVolumes } from './stats/meant-volumes.ts';
import { lookOf, type Look, type Screen } from './terminal/look.ts';
import { table, type Cell, type Column } from './terminal/table.ts';

/** The command `volumes`: which drives are attached, and whether they can be read. */

export interface VolumesOptions {
  readonly json: boolean;
}

/** What a drive and the kernel say of a volume beside its statistics; absent where unknown. */
export interface VolumeDescription {
  /** The name it was attached under, from Identify Controller: `sdf`, `xvdb`, `ephemeral0:sdb`. */
  readonly blockDeviceMapping?: string | undefined;
  /** The controller's state in the kernel's words: `live`, `resetting`, `dead`… */
  readonly controllerState?: string | undefined;
}

export interface VolumesIo {
  readonly screen: Screen;
  readonly source: StatisticsSource;
  readonly foreign: readonly ForeignDrive[];
  /** One description a volume, in order; never rejects because of a volume. */
  readonly describe: (volumes: readonly Volume[]) => Promise<readonly VolumeDescription[]>;
  readonly readTimeoutMs: number;
}

interface Attached {
  readonly volume: Volume;
  readonly description: VolumeDescription;
  readonly outcome: ReadOutcome;
}

const columns: readonly Column[] = [
  { title: 'DEVICE' },
  { title: 'VOLUME' },
  { title: 'KIND' },
  { title: 'MAPPING', dropOrder: 3 },
  { title: 'FIRMWARE', dropOrder: 1 },
  { title: 'STATE', dropOrder: 2 },
  { title: 'READABLE' },
];

/** `nvme10` comes after `nvme2`. */
function byController(a: { readonly controller: string }, b: { readonly controller: string }): number {
  return Number(a.controller.slice(4)) - Number(b.controller.slice(4));
}

function volumeRow({ volume, description, outcome }: Attached): Cell[] {
  const { blockDeviceMapping, controllerState } = description;
  const isLive = controllerState === undefined || controllerState === 'live';
  return [
    { text: volume.device, color: 'bold' },
    volume.id,
    volume.kind === 'ebs' ? 'EBS' : 'instance store',
    blockDeviceMapping || '-',
    volume.firmware || '-',
    { text: controllerState ?? '-', color: isLive ? undefined : 'red' },
    outcome.ok ? 'yes' : { text: `no: ${outcome.error.type}`, color: 'red' },
  ];
}

function foreignRow(drive: ForeignDrive): Cell[] {
  const texts = [drive.device, '-', "not Amazon's", '-', '-', '-', 'never read'];
  return texts.map((text) => ({ text, color: 'dim' }));
}

function volumesText(
  attached: readonly Attached[],
  foreign: readonly ForeignDrive[],
  simulated: boolean,
  look: Look,
  width: number | undefined,
): string[] {
  const rows = [
    ...attached.map((entry) => ({ controller: entry.volume.controller, cells: volumeRow(entry) })),
    ...foreign.map((drive) => ({ controller: drive.controller, cells: foreignRow(drive) })),
  ].sort(byController);
  const notes = [
    ...attached.flatMap(({ outcome }) => (outcome.ok ? [] : [outcome.error.message])),
    ...foreign.map(({ device, model }) => look.paint('dim', `${device} is ${model}, not Amazon's`)),
  ];
  return [
    ...(simulated && attached.length > 0 ? [look.paint('yellow', 'These volumes are simulated.')] : []),
    ...table(
      columns,
      rows.map(({ cells }) => cells),
      { look, width },
    ),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ];
}

/** One object a drive, as stable as those of `stats`. Keys that a foreign drive does not have are null. */
function volumesJson(
  attached: readonly Attached[],
  foreign: readonly ForeignDrive[],
  simulated: boolean,
): Readonly<Record<string, unknown>>[] {
  const volumes = attached.map(({ volume, description, outcome }) => ({
    device: volume.device,
    controller: volume.controller,
    amazon: true,
    id: volume.id,
    kind: volume.kind,
    model: volume.model,
    firmware: volume.firmware,
    block_device_mapping: description.blockDeviceMapping || null,
    controller_state: description.controllerState ?? null,
    simulated,
    readable: outcome.ok,
    error_type: outcome.ok ? null : outcome.error.type,
    error_message: outcome.ok ? null : outcome.error.message,
  }));
  const others = foreign.map(({ device, controller, model }) => ({
    device,
    controller,
    amazon: false,
    id: null,
    kind: null,
    model,
    firmware: null,
    block_device_mapping: null,
    controller_state: null,
    simulated: false,
    readable: null,
    error_type: null,
    error_message: null,
  }));
  return [...volumes, ...others].sort(byController);
}

/** Exit code 0 also where a volume cannot be read: that it cannot is the answer. 3 where nobody can be asked. */
export async function showVolumes(options: VolumesOptions, io: VolumesIo): Promise<ExitCode> {
  const { screen, source, foreign } = io;
  let volumes: readonly Volume[];
  try {
    volumes = source.discover();
  } catch (error) {
    screen.writeError(`cannot look for volumes: ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCode.couldNot;
  }
  const [descriptions, outcomes] = await Promise.all([
    io.describe(volumes),
    source.read(volumes, io.readTimeoutMs),
  ]);
  const attached = volumes.flatMap((volume, index): Attached[] => {
    const outcome = outcomes[index];
    return outcome === undefined ? [] : [{ volume, description: descriptions[index] ?? {}, outcome }];
  });
  if (options.json) {
    for (const line of volumesJson(attached, foreign, source.simulated))
      screen.write(`${JSON.stringify(line)}\n`);
  } else if (attached.length + foreign.length > 0) {
    const lines = volumesText(attached, foreign, source.simulated, lookOf(screen), screen.columns);
    screen.write(`${lines.join('\n')}\n`);
  }
  if (attached.length === 0) screen.writeError(`${noVolumes(foreign)}\n`);
  return exitCode.done;
}
