import { componentSchemas } from '../components.ts';
import type { CommandLine } from './command-line.ts';
import {
  configCommand as configDefinition,
  program,
  runCommand,
  statsCommand,
  topCommand,
  validateCommand as validateDefinition,
  volumesCommand,
} from './commands.ts';
import { exitCode } from './exit-code.ts';
import { watchSignals } from './signals.ts';
import type { CommandIo, ConfigSelection } from './validate.ts';

const io: CommandIo = {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  env: process.env,
  isTerminal: process.stderr.isTTY,
};

/** Signals count from here: loading the code of `run` takes longer than a supervisor may wait before it sends one. */
async function startRun(selection: ConfigSelection & { schemas: typeof componentSchemas }): Promise<number> {
  const signals = watchSignals();
  let isEnding = false;
  void signals.ended.then(() => (isEnding = true));
  const load = async () =>
    (await import('../config/load.ts')).loadConfig({ ...selection, env: io.env, isTerminal: io.isTerminal });
  try {
    const { separateIfWanted } = await import('../privilege/separate.ts');
    await separateIfWanted(load, selection.file, () => isEnding);
  } catch (error) {
    io.stderr(`${program}: ${(error as Error).message}\n`);
    return exitCode.couldNot;
  }
  // Nothing was begun, and a drive that does not answer could keep what is begun from ending.
  if (isEnding) return exitCode.done;
  return (await import('./run.ts')).runCollector(selection, signals);
}

/** Runs the command of a line that was taken apart. Gives the exit code; only the command's own code is loaded. */
export async function dispatch(line: CommandLine): Promise<number> {
  const selection = {
    file: line.values.get('config'),
    sets: line.lists.get('set') ?? [],
    simulate: line.values.get('simulate'),
    schemas: componentSchemas,
  };
  switch (line.command) {
    case runCommand:
      return startRun(selection);
    case validateDefinition:
      return (await import('./validate.ts')).validateCommand(selection, io);
    case configDefinition:
      if (line.switches.has('privileges'))
        return (await import('./privileges-command.ts')).privilegesCommand(selection, io);
      return (await import('./config.ts')).configCommand(
        { ...selection, json: line.switches.has('json') },
        io,
      );
    case volumesCommand:
      return (await import('./inspect.ts')).volumesOfLine(line);
    case statsCommand:
      return (await import('./inspect.ts')).statsOfLine(line);
    case topCommand:
      return (await import('./inspect.ts')).topOfLine(line);
    default:
      throw new Error(`command ${line.command.name} has no code`);
  }
}
