import { effectiveConfig } from '../config/effective.ts';
import { formatYaml } from '../config/format-yaml.ts';
import { loadConfig } from '../config/load.ts';
import { formatProblems, formatWarning, type CommandIo, type ConfigSelection } from './validate.ts';

/** Prints the configuration that would run, defaults written out and secrets hidden. Gives the exit code: 0 or 1. */
export async function configCommand(
  options: ConfigSelection & { readonly json?: boolean },
  io: CommandIo,
): Promise<number> {
  const result = await loadConfig({ ...options, env: io.env, isTerminal: io.isTerminal });
  if (!result.ok) {
    io.stderr(formatProblems(result.problems));
    return 1;
  }
  io.stderr(result.warnings.map((warning) => `${formatWarning(warning)}\n`).join(''));
  const effective = effectiveConfig(result.config, options.schemas);
  io.stdout(options.json ? `${JSON.stringify(effective, undefined, 2)}\n` : formatYaml(effective));
  return 0;
}
