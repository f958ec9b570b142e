import type { componentSchemas } from '../components.ts';
import { loadConfig } from '../config/load.ts';
import { mayLeaveGroups, mayReadDrives } from '../privilege/process-privileges.ts';
import { decideHere, machineReceivers, ownPrivileges } from '../privilege/separate.ts';
import { exitCode, type ExitCode } from './exit-code.ts';
import { privilegesText } from './privileges.ts';
import { formatProblems, type CommandIo, type ConfigSelection } from './validate.ts';

/** Says what each process may do under a configuration, were `run` started as this command is. */
export async function privilegesCommand(
  selection: ConfigSelection & { readonly schemas: typeof componentSchemas },
  io: CommandIo,
): Promise<ExitCode> {
  const loaded = await loadConfig({ ...selection, env: io.env, isTerminal: io.isTerminal });
  if (!loaded.ok) {
    io.stderr(formatProblems(loaded.problems));
    return exitCode.wrongInput;
  }
  const privileges = ownPrivileges();
  io.stdout(
    privilegesText({
      separation: loaded.config.service.privilege.separate,
      decision: decideHere(loaded.config, selection.file),
      user: privileges.user,
      mayReadDrives: mayReadDrives(privileges),
      mayLeaveGroups: mayLeaveGroups(privileges),
      devPath: machineReceivers(loaded.config)[0]?.devPath,
      readerSocket: loaded.config.service.privilege.reader_socket,
    }),
  );
  return exitCode.done;
}
