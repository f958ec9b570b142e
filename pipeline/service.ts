import { setTimeout as sleep } from 'node:timers/promises';
import { durationBuckets, type OwnMetric } from '../receiver/own-metric.ts';
import { assemble, endSources, type Assembly, type AssemblyDependencies } from './assembly.ts';
import type { Exporter } from './component.ts';
import type { Config } from './components.ts';
import type { Estate } from './exporters/estate.ts';

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

/** A request that is under way has this long to be answered: cut off, it is sent again though it may have arrived. */
const failedStartTimeoutMs = 1_000;

/** What exporters that are gone left to those of their name that come. */
type Estates = Map<string, Estate>;

/** Ends an exporter that another of its name follows. */
async function endFor(heirs: Estates, id: string, exporter: Exporter, timeoutMs: number): Promise<void> {
  if (exporter.handOver === undefined) return exporter.shutdown(timeoutMs);
  const estate = await exporter.handOver(timeoutMs);
  if (estate !== undefined) heirs.set(id, estate);
}

/**
 * Starts the exporters of an assembly, each as soon as what it may have to wait for is over.
 * @throws the first failure, after those that started were stopped; what they had is among the estates then
 */
async function startExporters(
  { exporters }: Assembly,
  estates: Estates,
  after: (id: string) => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  const starts = await Promise.allSettled(
    [...exporters].map(async ([id, exporter]) => {
      await after(id);
      const estate = estates.get(id);
      estates.delete(id);
      await exporter.start(estate);
    }),
  );
  const failure = starts.find((start) => start.status === 'rejected');
  if (failure === undefined) return;
  await Promise.allSettled(
    [...exporters].map(([id, exporter]) => endFor(estates, id, exporter, failedStartTimeoutMs)),
  );
  throw failure.reason;
}

async function stopExporters(exporters: Assembly['exporters'], timeoutMs: number): Promise<void> {
  await Promise.allSettled([...exporters.values()].map((exporter) => exporter.shutdown(timeoutMs)));
}

/**
 * Puts the exporters of one assembly in the place of another's. One that replaces another of its name waits for that one
 * only: a backend that does not answer must not keep Prometheus waiting. A new one may want what any of them holds.
 */
async function replaceExporters(from: Assembly, to: Assembly, estates: Estates): Promise<void> {
  const end = (id: string, exporter: Exporter): Promise<void> =>
    to.exporters.has(id)
      ? endFor(estates, id, exporter, reloadTimeoutMs)
      : exporter.shutdown(reloadTimeoutMs);
  const ends = new Map(
    [...from.exporters].map(([id, exporter]) => [id, end(id, exporter).catch(() => undefined)]),
  );
  const allEnded = Promise.all(ends.values());
  await startExporters(to, estates, (id) => ends.get(id) ?? allEnded);
  await allEnded;
}

export function createService(dependencies: AssemblyDependencies): Service {
  const { logger, own } = dependencies;
  const { shutdownDuration } = serviceMetrics;
  const durations = own.meter.createHistogram(shutdownDuration.name, shutdownDuration);
  let current: Assembly | undefined;
  /** Empty but during a reload, and after one that could not be undone. */
  const estates: Estates = new Map();
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

  /** To the configuration whose exporters were stopped for another's. */
  const goBack = async (to: Assembly): Promise<void> => {
    try {
      current = await assemble(to.config, dependencies, to);
      await startExporters(current, estates);
      logger.info('the configuration before goes on');
    } catch (error) {
      logger.error(
        'the configuration before cannot be started again; mend what is in its way and send SIGHUP',
        { error },
      );
    }
  };

  const goOver = async (from: Assembly, config: Config): Promise<Assembly> => {
    const to = await assemble(config, dependencies, from);
    const startMs = performance.now();
    try {
      await replaceExporters(from, to, estates);
      durations.record((performance.now() - startMs) / 1000);
      return to;
    } catch (error) {
      await endSources(to, from);
      await goBack(from);
      throw error;
    }
  };

  return {
    start: (config) =>
      inTurn(async () => {
        const assembly = await assemble(config, dependencies);
        await startExporters(assembly, estates).catch(async (error: unknown) => {
          await endSources(assembly);
          throw error;
        });
        current = assembly;
        readOnce(assembly);
      }),
    reload: (config) =>
      inTurn(async () => {
        if (current === undefined) throw new Error('the collector does not run');
        const before = current;
        current = await goOver(before, config);
        await endSources(before, current);
        readOnce(current);
      }),
    shutdown: (timeoutMs) =>
      inTurn(async () => {
        if (current === undefined) return;
        const ending = current;
        current = undefined;
        const deadline = sleep(timeoutMs, undefined, { ref: false });
        await stopExporters(ending.exporters, timeoutMs);
        // A reading may be under way, and take as long as a drive is given.
        await Promise.race([endSources(ending), deadline]);
      }),
  };
}
