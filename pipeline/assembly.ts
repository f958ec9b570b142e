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

/** Receivers that are configured as before are kept: they know since when their volumes are attached. */
async function assembleReceivers(
  config: Config,
  before: Assembly | undefined,
  contextOf: (id: string) => ComponentContext,
): Promise<Map<string, Receiver>> {
  const used = new Set([...config.service.pipelines.values()].flatMap(({ receivers }) => receivers));
  const receivers = new Map<string, Receiver>();
  for (const [id, component] of config.receivers) {
    if (!used.has(id)) continue;
    const running = before?.receivers.get(id);
    const same = running !== undefined && isDeepStrictEqual(before?.config.receivers.get(id), component);
    receivers.set(id, same ? running : await createReceiver(component, contextOf(id)));
  }
  return receivers;
}

/**
 * One of each, whatever the number of pipelines it is in: what it asks others for is asked once. Those that are configured
 * as before are kept: they know what they have asked.
 */
async function assembleProcessors(
  config: Config,
  before: Assembly | undefined,
  contextOf: (id: string) => ComponentContext,
): Promise<Map<string, Processor>> {
  const used = new Set([...config.service.pipelines.values()].flatMap(({ processors }) => processors));
  const processors = new Map<string, Processor>();
  for (const [id, component] of config.processors) {
    if (!used.has(id)) continue;
    const running = before?.processors.get(id);
    const same = running !== undefined && isDeepStrictEqual(before?.config.processors.get(id), component);
    processors.set(id, same ? running : await createProcessor(component, contextOf(id)));
  }
  return processors;
}

/**
 * Makes the components that a configuration's pipelines use, and joins them.
 * @param before what runs now, where there is something
 */
export async function assemble(
  config: Config,
  dependencies: AssemblyDependencies,
  before?: Assembly,
): Promise<Assembly> {
  const { version, logger, own, resource, resourceSettled, collected } = dependencies;
  const contextOf = (id: string): ComponentContext => ({
    id,
    logger: logger.with({ component: id }),
    meter: own.meter,
  });
  const receivers = await assembleReceivers(config, before, contextOf);
  const exporters = new Map<string, Exporter>();
  const running: Running = { config, receivers, exporters, version };
  const nothingSentAfterMs = before === undefined ? performance.timeOrigin : Date.now();
  const processorsById = await assembleProcessors(config, before, contextOf);

  const collectors = new Map<string, ReturnType<typeof createPipeline>>();
  for (const [id, pipeline] of config.service.pipelines) {
    const processors = pipeline.processors.flatMap((name) => processorsById.get(name) ?? []);
    const sources = pipeline.receivers.flatMap((name) => receivers.get(name) ?? []);
    collectors.set(id, createPipeline({ receivers: sources, processors, own, resource, collected }));
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
  return { ...running, processors: processorsById };
}
