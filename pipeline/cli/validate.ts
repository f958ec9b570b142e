import type { ComponentSchemas } from '../config/components.ts';
import type { Environment } from '../config/expand.ts';
import { loadConfig } from '../config/load.ts';
import type { PipelineMap } from '../config/pipelines.ts';
import { formatProblem, type Problem } from '../config/problem.ts';

/** What a command that reads a configuration is told. */
export interface ConfigSelection {
  readonly file?: string | undefined;
  readonly sets?: readonly string[] | undefined;
  readonly simulate?: string | undefined;
  readonly schemas: ComponentSchemas;
}

/** What a command touches. */
export interface CommandIo {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly env: Environment;
  /** Whether standard error is a terminal. */
  readonly isTerminal: boolean;
}

/** Says whether a configuration is right. Gives the exit code: 0, or 1 with every problem on standard error. */
export async function validateCommand(options: ConfigSelection, io: CommandIo): Promise<number> {
  const result = await loadConfig({ ...options, env: io.env, isTerminal: io.isTerminal });
  if (!result.ok) {
    io.stderr(formatProblems(result.problems));
    return 1;
  }
  io.stderr(result.warnings.map((warning) => `${formatWarning(warning)}\n`).join(''));
  io.stdout(`${options.file ?? 'default configuration'}: valid\n${summary(result.config.service.pipelines)}`);
  return 0;
}

/** Every problem on a line, and how many there are. */
export function formatProblems(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return `${[...problems.map(formatProblem), count].join('\n')}\n`;
}

export function formatWarning({ location, message }: Problem): string {
  return formatProblem({ location, message: `warning: ${message}` });
}

/** `  metrics: nvme → resource → prometheus, otlphttp` */
function summary(pipelines: PipelineMap): string {
  return [...pipelines]
    .map(([id, { receivers, processors, exporters }]) => {
      const way = [receivers.join(', '), ...processors, exporters.join(', ')].join(' → ');
      return `  ${id}: ${way}\n`;
    })
    .join('');
}
