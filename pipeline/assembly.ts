import { isDeepStrictEqual } from 'node:util';
import type { Resource } from '@opentelemetry/resources';
import type { ComponentContext, Exporter, Processor, Receiver } from './component.ts';
import { createExporter, createProcessor, createReceiver, type Config } from './components.ts';
import type { PrometheusContext } from './exporters/prometheus/status.ts';
import { createPipeline } from './pipeline.ts';
import { exporterKey, healthOf, statusOf, type Running } from './status.ts';
import type { Logger } from './telemetry/logger.ts';
import type { OwnMetrics } from './telemetry/own-metrics.ts';

/** What a configuration describes, made and not yet started. */
export interface Assembly {
  readonly config: Config;
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly processors: ReadonlyMap<string, Processor>;
  readonly exporters: ReadonlyMap<string, Exporter>;
}

export interface AssemblyDependencies {
  readonly version: string;
  readonly logger: Logger;
  readonly own: OwnMetrics;
  readonly resource: () => Resource;
  /** Settles when the resource is known as well as it will be for now: what is pushed before would belong to another. */
  readonly resourceSettled: Promise<void>;
  /** Called after each collection. */
  readonly collected: () => void;
}

type ConfiguredExporter = Config['exporters'] extends ReadonlyMap<string, infer C> ? C : never;

function collectionInterval(config: Config, receiverIds: readonly string[]): number {
  const intervals = receiverIds.map((id) => config.receivers.get(id)?.config.collection_interval ?? Infinity);
  return Math.min(...intervals);
}

/** Receivers or processors, by their ids. */
interface Made<Configured, Component> {
  readonly configured: ReadonlyMap<string, Configured>;
  readonly components: ReadonlyMap<string, Component>;
}

/**
 * One of each, whatever the number of pipelines it is in: what it asks others for is asked once. Those that are configured
 * as before are kept: a receiver knows since when its volumes are attached, a processor what it has asked.
 * @param into where each is put once it is made: it is to be ended then, also where another cannot be made
 */
async function makeOrKeep<Configured, Component>(
  into: Map<string, Component>,
  used: readonly string[],
  configured: ReadonlyMap<string, Configured>,
  before: Made<Configured, Component> | undefined,
  make: (configured: Configured, id: string) => Promise<Component>,
): Promise<void> {
  for (const [id, one] of configured) {
    if (!used.includes(id)) continue;
    const running = before?.components.get(id);
    const same = running !== undefined && isDeepStrictEqual(before?.configured.get(id), one);
    into.set(id, same ? running : await make(one, id));
  }
}

/** Ends the receivers and processors of one assembly that another does not go on with. */
export async function endSources(
  of: Pick<Assembly, 'receivers' | 'processors'>,
  unlessIn?: Assembly,
): Promise<void> {
  const kept = new Set([...(unlessIn?.receivers.values() ?? []), ...(unlessIn?.processors.values() ?? [])]);
  await Promise.all(
    [...of.receivers.values(), ...of.processors.values()]
      .filter((component) => !kept.has(component))
      .map(async (component) => component.shutdown?.()),
  );
}

/**
 * Makes the components that a configuration's pipelines use, and joins them.
 * @param before what runs now, where there is something
 * @throws the first failure, after what was made was ended: it tells the collector's metrics of itself already
 */
export async function assemble(
  config: Config,
  dependencies: AssemblyDependencies,
  before?: Assembly,
): Promise<Assembly> {
  const assembly: InMaking = {
    config,
    receivers: new Map(),
    processors: new Map(),
    exporters: new Map(),
  };
  try {
    await makeComponents(assembly, dependencies, before);
  } catch (error) {
    await Promise.allSettled([...assembly.exporters.values()].map((exporter) => exporter.shutdown(0)));
    await endSources(assembly, before);
    throw error;
  }
  return assembly;
}

/** An assembly to which components are added. */
interface InMaking extends Assembly {
  readonly receivers: Map<string, Receiver>;
  readonly processors: Map<string, Processor>;
  readonly exporters: Map<string, Exporter>;
}

async function makeComponents(
  { config, receivers, processors, exporters }: InMaking,
  { version, logger, own, resource, resourceSettled, collected }: AssemblyDependencies,
  before: Assembly | undefined,
): Promise<void> {
  const contextOf = (id: string): ComponentContext => ({
    id,
    logger: logger.with({ component: id }),
    meter: own.meter,
  });
  const running: Running = { config, receivers, exporters, version };
  const nothingSentAfterMs = before === undefined ? performance.timeOrigin : Date.now();
  const pipelines = [...config.service.pipelines.values()];
  await makeOrKeep(
    receivers,
    pipelines.flatMap((pipeline) => pipeline.receivers),
    config.receivers,
    before && { configured: before.config.receivers, components: before.receivers },
    (component, id) => createReceiver(component, contextOf(id)),
  );
  await makeOrKeep(
    processors,
    pipelines.flatMap((pipeline) => pipeline.processors),
    config.processors,
    before && { configured: before.config.processors, components: before.processors },
    (component, id) => createProcessor(component, contextOf(id)),
  );

  const collectors = new Map<string, ReturnType<typeof createPipeline>>();
  for (const [id, pipeline] of config.service.pipelines) {
    const steps = pipeline.processors.flatMap((name) => processors.get(name) ?? []);
    const sources = pipeline.receivers.flatMap((name) => receivers.get(name) ?? []);
    collectors.set(id, createPipeline({ receivers: sources, processors: steps, own, resource, collected }));
  }

  const createOne = (id: string, component: ConfiguredExporter, pipelineId: string): Promise<Exporter> => {
    const collect = collectors.get(pipelineId);
    if (collect === undefined) throw new Error(`pipeline ${pipelineId} does not exist`);
    const context: PrometheusContext = {
      ...contextOf(id),
      resource,
      collect: component.type === 'prometheus' ? collect : () => resourceSettled.then(collect),
      collectionIntervalMs: collectionInterval(
        config,
        config.service.pipelines.get(pipelineId)?.receivers ?? [],
      ),
      nothingSentAfterMs,
      health: () => healthOf(running),
      status: () => statusOf(running),
    };
    return createExporter(component, context);
  };
  for (const [pipelineId, pipeline] of config.service.pipelines) {
    for (const id of pipeline.exporters) {
      const component = config.exporters.get(id);
      if (component === undefined) continue;
      const key = exporters.has(id) ? exporterKey(id, pipelineId) : id;
      exporters.set(key, await createOne(key, component, pipelineId));
    }
  }
}
