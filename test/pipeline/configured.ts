import { createNoopMeter } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { AssemblyDependencies } from '../../pipeline/assembly.ts';
import { componentSchemas, type Config } from '../../pipeline/components.ts';
import { loadConfig } from '../../pipeline/config/load.ts';
import { formatProblem } from '../../pipeline/config/problem.ts';
import { recordLog, type LogLine } from '../fixtures/component-context.ts';

/** A configuration of the product's own components. */
export async function configure(text: string): Promise<Config> {
  const result = await loadConfig({ text, env: {}, schemas: componentSchemas, isTerminal: false });
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.config;
}

/** What a collector stands on, with its log to be read. */
export function dependencies(
  given: Partial<AssemblyDependencies> = {},
): AssemblyDependencies & { readonly log: readonly LogLine[] } {
  const { logger, lines } = recordLog();
  const resource = resourceFromAttributes({ 'service.name': 'under-test' });
  return {
    version: '0.0.0-test',
    logger,
    own: { meter: createNoopMeter(), collect: async () => [] },
    resource: () => resource,
    resourceSettled: Promise.resolve(),
    ...given,
    log: lines,
  };
}
