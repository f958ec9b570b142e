import { durationBuckets, type OwnMetric } from '../receiver/own-metric.ts';
import { assemble, type Assembly, type AssemblyDependencies } from './assembly.ts';
import type { Config } from './components.ts';

export const serviceMetrics = {
  shutdownDuration: {
    name: 'ebs.collector.shutdown.duration',
    type: 'histogram',
    unit: 's',
    description:
      'How long the exporters took to push what was due and to stop; of reloads, as nobody is left to tell later.',
    attributes: {},
    advice: { explicitBucketBoundaries: durationBuckets },
  },
} as const satisfies Readonly<Record<string, OwnMetric>>;

/** A collector that runs until it is shut down. Its methods wait for one another. */
export interface Service {
  /** @throws where an exporter never will work: a port that is taken, a certificate that cannot be read */
  start(config: Config): Promise<void>;
  /**
   * Goes over to another configuration. Where that cannot be started, the one before goes on.
   * @throws why it could not be started
   */
  reload(config: Config): Promise<void>;
  /** Pushes what is due and releases everything, within `timeoutMs`. */
  shutdown(timeoutMs: number): Promise<void>;
}

/** Exporters under way get this long to finish when the configuration changes. */
const reloadTimeoutMs = 5_000;

async function startExporters({ exporters }: Assembly): Promise<void> {
  const starts = await Promise.allSettled([...exporters.values()].map((exporter) => exporter.start()));
  const failure = starts.find((start) => start.status === 'rejected');
  if (failure === undefined) return;
  await stopExporters(exporters.values(), 0);
  throw failure.reason;
}

async function stopExporters(
  exporters: Iterable<Assembly['exporters'] extends ReadonlyMap<string, infer E> ? E : never>,
  timeoutMs: number,
): Promise<void> {
  await Promise.allSettled([...exporters].map((exporter) => exporter.shutdown(timeoutMs)));
}

/** Ends the receivers of one assembly that another does not go on with. */
async function endReceivers(of: Assembly, unlessIn?: Assembly): Promise<void> {
  const kept = new Set(unlessIn?.receivers.values());
  await Promise.all(
    [...of.receivers.values()]
      .filter((receiver) => !kept.has(receiver))
      .map((receiver) => receiver.shutdown()),
  );
}

export function createService(dependencies: AssemblyDependencies): Service {
  const { logger, own } = dependencies;
  const { shutdownDuration } = serviceMetrics;
  const durations = own.meter.createHistogram(shutdownDuration.name, shutdownDuration);
  let current: Assembly | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(step: () => Promise<T>): Promise<T> => {
    const turn = last.then(step);
    last = turn.catch(() => undefined);
    return turn;
  };

  /** The collector is ready once it has read, and the first ratios need a reading before them. */
  const readOnce = ({ receivers }: Assembly): void => {
    for (const [id, receiver] of receivers) {
      receiver
        .collect()
        .catch((error: unknown) => logger.error('cannot read the node', { component: id, error }));
    }
  };

  const goOver = async (from: Assembly, config: Config): Promise<Assembly> => {
    const to = await assemble(config, dependencies, from);
    const startMs = performance.now();
    await stopExporters(from.exporters.values(), reloadTimeoutMs);
    durations.record((performance.now() - startMs) / 1000);
    try {
      await startExporters(to);
      return to;
    } catch (error) {
      await endReceivers(to, from);
      const back = await assemble(from.config, dependencies, from);
      await startExporters(back);
      current = back;
      throw error;
    }
  };

  return {
    start: (config) =>
      inTurn(async () => {
        const assembly = await assemble(config, dependencies);
        await startExporters(assembly);
        current = assembly;
        readOnce(assembly);
      }),
    reload: (config) =>
      inTurn(async () => {
        if (current === undefined) throw new Error('the collector does not run');
        const before = current;
        current = await goOver(before, config);
        await endReceivers(before, current);
        readOnce(current);
      }),
    shutdown: (timeoutMs) =>
      inTurn(async () => {
        if (current === undefined) return;
        const ending = current;
        current = undefined;
        await stopExporters(ending.exporters.values(), timeoutMs);
        await endReceivers(ending);
      }),
  };
}
