import type { Collection } from '../../collection.ts';
import type { Exporter, ExporterContext } from '../../component.ts';
import { unrefTimer, type SetTimer } from '../../timer.ts';
import type { Estate } from '../estate.ts';
import { observeExporter } from '../exporter-metrics.ts';
import { pushSchedule, type PushSchedule } from '../push-schedule.ts';
import { within } from '../sending-queue/waiting.ts';
import { openBackend, type Backend } from './backend.ts';
import { metricsUrl, type OtlpHttpConfig } from './config.ts';
import type { Delivery } from './delivery.ts';
import { createPushState } from './push-state.ts';

export interface OtlpHttpEdges {
  readonly schedule: PushSchedule;
  readonly setTimer: SetTimer;
  readonly nowMs: () => number;
}

const processEdges: OtlpHttpEdges = {
  schedule: pushSchedule,
  setTimer: unrefTimer,
  nowMs: () => performance.now(),
};

/** At shutdown a backend that does not work is tried once more, and not waited for as long as one that does. */
const failingGraceMs = 2_000;

/**
 * Pushes what the pipeline has to an OTLP backend over HTTP: with every tick of the schedule, the first within seconds of
 * the start, and a last time at shutdown. What is collected goes into a queue at once; the queue brings it to the backend.
 */
export function createOtlpHttpExporter(
  config: OtlpHttpConfig,
  context: ExporterContext,
  { schedule, setTimer, nowMs }: OtlpHttpEdges = processEdges,
): Exporter {
  const { id, logger, meter } = context;
  let backend: Backend | undefined;
  let inherited: Estate | undefined;
  let leaveSchedule = (): void => {};
  let collecting: Promise<void> | undefined;
  /** What was pushed last: nothing is delivered twice. Not kept alive: who shares it with others has it. */
  let takenIn: WeakRef<Collection> | undefined;
  /** The same before this exporter has pushed anything. */
  let lastReadAtMs: number | undefined;
  const isTakenIn = (collection: Collection): boolean =>
    takenIn === undefined ? collection.readAtMs === lastReadAtMs : takenIn.deref() === collection;
  const sendState = createPushState(logger, () => backend?.requestsPerPush() ?? 1);
  const collectState = createPushState(logger);
  const trouble = (): string | undefined => sendState.trouble() ?? collectState.trouble();
  const telemetry = observeExporter(meter, id, () => trouble() === undefined);

  const report = (dataPoints: number, delivery: Delivery): void => {
    if (delivery.kind !== 'delivered') {
      const { kind, failure } = delivery;
      telemetry.failed(dataPoints, failure.errorType);
      return sendState.failed(failure, kind === 'retryable' ? 'retried' : 'dropped');
    }
    const rejected = Math.min(dataPoints, delivery.partialSuccess?.rejectedDataPoints ?? 0);
    telemetry.sent(dataPoints - rejected);
    if (rejected > 0) telemetry.failed(rejected, 'rejected');
    sendState.succeeded(delivery.partialSuccess);
  };

  const collect = async (to: Backend): Promise<void> => {
    try {
      const collection = await context.collect();
      // Receivers share a reading with who asks soon after: at the end, after a reload, where pushes are closer than readings.
      if (isTakenIn(collection) || (await to.takeIn(collection.resourceMetrics))) {
        takenIn = new WeakRef(collection);
        lastReadAtMs = collection.readAtMs;
      }
      collectState.succeeded();
    } catch (error) {
      const reason = `nothing to send: ${(error as Error).message}`;
      collectState.failed({ errorType: 'collection', reason }, 'retried');
    }
  };

  const push = (to: Backend): Promise<void> =>
    (collecting ??= collect(to).finally(() => (collecting = undefined)));

  const tick = (to: Backend): void => {
    if (collecting === undefined) void push(to);
    else telemetry.skipped();
  };

  /** @returns how long is left of the time, ms */
  const waitUntil = async (deadlineMs: number, work: Promise<void> | undefined): Promise<number> => {
    const leftMs = (): number => Math.max(0, Math.floor(deadlineMs - nowMs()));
    if (work !== undefined) await within(work, leftMs(), setTimer);
    return leftMs();
  };

  const leave = (): Backend | undefined => {
    leaveSchedule();
    const left = backend;
    backend = undefined;
    return left;
  };

  return {
    start: async (estate) => {
      inherited = estate;
      lastReadAtMs = estate?.lastReadAtMs;
      const to = await openBackend({ config, context, estate, report, setTimer });
      inherited = undefined;
      backend = to;
      const intervalMs = config.interval ?? context.collectionIntervalMs;
      const { host, pathname } = metricsUrl(config);
      logger.info('pushing', { to: host + pathname, encoding: config.encoding, interval_ms: intervalMs });
      if (config.tls.insecure_skip_verify) {
        logger.warn("tls.insecure_skip_verify is on: the backend's identity is not checked");
      }
      leaveSchedule = schedule.every(intervalMs, () => tick(to));
    },
    notReady: () => {
      const reason = trouble();
      return reason === undefined ? undefined : `last push failed: ${reason}`;
    },
    shutdown: async (timeoutMs) => {
      const deadlineMs =
        nowMs() + (sendState.trouble() === undefined ? timeoutMs : Math.min(timeoutMs, failingGraceMs));
      const from = leave();
      if (from !== undefined) {
        let leftMs = await waitUntil(deadlineMs, collecting);
        if (leftMs > 0) leftMs = await waitUntil(deadlineMs, push(from));
        await from.shutdown(leftMs);
      }
      telemetry.end();
    },
    handOver: async (timeoutMs) => {
      const deadlineMs = nowMs() + timeoutMs;
      const from = leave();
      let estate = inherited;
      inherited = undefined;
      if (from !== undefined) {
        const leftMs = await waitUntil(deadlineMs, collecting);
        const left = await from.handOver(leftMs);
        estate = { ...left, lastReadAtMs };
      }
      telemetry.end();
      return estate;
    },
  };
}
