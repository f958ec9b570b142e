import { readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { loadNative } from '../../receiver/nvme/native.ts';
import { becomeProgram, channelVariable, readerProgram } from '../../receiver/nvme/reader-process.ts';
import type { Config } from '../components.ts';
import { inspectFile } from './access.ts';
import { decide, type Circumstances, type Decision } from './decision.ts';
import { namedPaths } from './named-paths.ts';
import { mayReadDrives, parsePrivileges, type ProcessPrivileges } from './process-privileges.ts';

export function ownPrivileges(): ProcessPrivileges {
  return parsePrivileges(
    readFileSync('/proc/self/status', 'utf8'),
    readFileSync('/proc/self/uid_map', 'utf8'),
  );
}

/** Whether there is something to give up, and it was not given up already. */
function isPrivileged(): boolean {
  return process.env[channelVariable] === undefined && mayReadDrives(ownPrivileges());
}

function program(): Circumstances['program'] {
  try {
    return { path: readerProgram() };
  } catch (error) {
    return { missing: (error as Error).message };
  }
}

/** The receivers that read drives, and no simulated ones. */
export function machineReceivers(
  config: Config,
): readonly { readonly id: string; readonly devPath: string }[] {
  return [...config.receivers.values()].flatMap(({ id, type, config: receiver }) =>
    type === 'nvme' && receiver.simulate === 0 ? [{ id, devPath: receiver.dev_path }] : [],
  );
}

/** What this process is to do with its privileges under a configuration. */
export function decideHere(config: Config, configuration: string | undefined): Decision {
  const [, script = ''] = process.argv;
  const named = namedPaths(config);
  const sysPaths = [...config.receivers.values()].flatMap(({ type, config: receiver }) =>
    type === 'nvme' ? [receiver.sys_path] : [],
  );
  return decide({
    separation: config.service.privilege.separate,
    privileges: ownPrivileges(),
    program: program(),
    files: [process.execPath, script, ...sysPaths, ...named.files],
    folders: named.folders,
    configuration,
    inspect: inspectFile,
  });
}

/**
 * Gives up the privileges that the process was started with, as the configuration of this command line will have it:
 * does not return then. Else what to do with them is for whoever runs the configuration.
 * @param interrupted whether a signal came that is to end the process
 * @throws where it should separate and cannot
 */
export async function separateIfWanted(
  load: () => Promise<{ readonly ok: false } | { readonly ok: true; readonly config: Config }>,
  configuration: string | undefined,
  interrupted: () => boolean,
): Promise<void> {
  if (!isPrivileged()) return;
  const loaded = await load();
  if (!loaded.ok) return;
  const decision = decideHere(loaded.config, configuration);
  if (decision.type === 'stay') return;
  // Signals that came meanwhile are told when the loop polls, and a new program would know nothing of them. It polls between
  // two of its turns: the first one may be what is left of the turn that this is in. What takes time is done before.
  loadNative();
  await nextTurn();
  await nextTurn();
  const { service } = loaded.config;
  const readsDrives =
    machineReceivers(loaded.config).length > 0 && service.privilege.reader_socket === undefined;
  if (!interrupted()) separate(decision.program, readsDrives);
}

/**
 * Starts this command line anew, with no privilege in it and, where there are drives to read, a reader process beside it.
 * It must be the same process: it is what a supervisor started. Threads keep what they have, and Node has several when
 * JavaScript begins; a program that begins has one.
 * @throws where that cannot be; else it does not return
 */
function separate(readerPath: string, readsDrives: boolean): never {
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  return becomeProgram(
    [readerPath, 'launch', ...(readsDrives ? [] : ['--no-reader']), '--', ...again],
    process.env,
  );
}
