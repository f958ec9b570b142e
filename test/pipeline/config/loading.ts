import { loadConfig, type LoadOptions } from '../../../pipeline/config/load.ts';
import { formatProblem } from '../../../pipeline/config/problem.ts';
import { schemas } from './sample-schemas.ts';

type Options = Partial<LoadOptions<typeof schemas>>;

export const load = (options: Options = {}) =>
  loadConfig({ env: {}, isTerminal: false, schemas, ...options });

export async function loaded(options: Options = {}) {
  const result = await load(options);
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return { ...result, warnings: result.warnings.map(formatProblem) };
}

export async function problems(options: Options): Promise<readonly string[]> {
  const result = await load(options);
  return result.ok ? [] : result.problems.map(formatProblem);
}

export async function receiver(options: Options) {
  const { config } = await loaded(options);
  const found = config.receivers.get('nvme');
  if (found === undefined) throw new Error('no receiver nvme');
  return found.config;
}
export async function otlp(options: Options) {
  const { config } = await loaded(options);
  const found = config.exporters.get('otlphttp');
  if (found?.type !== 'otlphttp') throw new Error('no exporter otlphttp');
  return found.config;
}
