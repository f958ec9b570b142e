import { createNoopMeter } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { nothingCollected } from '../fixtures/collections.ts';
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

/** A configuration of one pipeline: the receiver `nvme`, set so, and these exporters of these names. */
export const withPipeline = (receivers: string, exporters: string, names: string) =>
  configure(`receivers: {nvme: ${receivers}}
exporters: {${exporters}}
service: {pipelines: {metrics: {receivers: [nvme], exporters: [${names}]}}}`);

/** Simulated volumes on a Prometheus page. */
export const serving = (volumes = 1, port = 0) =>
  withPipeline(`{simulate: ${volumes}}`, `prometheus: {endpoint: "127.0.0.1:${port}"}`, 'prometheus');

/** What a collector stands on, with its log to be read. */
export function dependencies(
  given: Partial<AssemblyDependencies> = {},
): AssemblyDependencies & { readonly log: readonly LogLine[] } {
  const { logger, lines } = recordLog();
  const resource = resourceFromAttributes({ 'service.name': 'under-test' });
  return {
    version: '0.0.0-test',
    logger,
    own: { meter: createNoopMeter(), collect: async () => nothingCollected },
    resource: () => resource,
    resourceSettled: Promise.resolve(),
    collected: () => undefined,
    ...given,
    log: lines,
  };
}
