import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Exporter, ExporterContext } from '../../component.ts';
import { productName, productVersion } from '../../resource/version.ts';
import { unrefTimer, type SetTimer } from '../../timer.ts';
import { observeExporter } from '../exporter-metrics.ts';
import { pushSchedule, type PushSchedule } from '../push-schedule.ts';
import { metricsUrl, type OtlpHttpConfig } from './config.ts';
import { createPushState } from './push-state.ts';
import { createSender, type Sender } from './sender.ts';

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
 * Pushes what the pipeline has to an OTLP backend over HTTP: once right after the start, so that a new node shows within
 * seconds, then with every tick of the schedule, and a last time at shutdown. What is pushed is cumulative, so a push
 * that fails loses resolution and no data, and none is kept for later.
 */
export function createOtlpHttpExporter(
  config: OtlpHttpConfig,
  context: ExporterContext,
  { schedule, setTimer, nowMs }: OtlpHttpEdges = processEdges,
): Exporter {
  const { id, logger, meter } = context;
  const state = createPushState(logger);
  let sender: Sender | undefined;
  let leaveSchedule = (): void => {};
  let underWay: Promise<void> | undefined;
  const telemetry = observeExporter(meter, id, () => state.trouble() === undefined);

  async function push(to: Sender, timeoutMs: number): Promise<void> {
    let resourceMetrics: ResourceMetrics;
    try {
      ({ resourceMetrics } = await context.collect());
    } catch (error) {
      state.failed({ errorType: 'collection', reason: `nothing to send: ${(error as Error).message}` });
      return;
    }
    const dataPoints = countDataPoints(resourceMetrics);
    const outcome = await to.send(resourceMetrics, timeoutMs);
    if (!outcome.ok) {
      telemetry.failed(dataPoints, outcome.failure.errorType);
      state.failed(outcome.failure);
      return;
    }
    const rejected = countRejected(outcome.partialSuccess);
    telemetry.sent(dataPoints - rejected);
    if (rejected > 0) telemetry.failed(rejected, 'rejected');
    state.succeeded();
    state.heard(outcome.partialSuccess);
  }

  const tick = (to: Sender): void => {
    if (underWay !== undefined) return telemetry.skipped();
    underWay = push(to, config.timeout).finally(() => (underWay = undefined));
  };

  /** Waits for the work, but no longer than until `deadlineMs`. */
  const waitUntil = async (deadlineMs: number, work: Promise<void> | undefined): Promise<void> => {
    let cancel = (): void => {};
    const deadline = new Promise<void>((resolve) => {
      cancel = setTimer(resolve, Math.max(0, deadlineMs - nowMs()));
    });
    await Promise.race([work, deadline]);
    cancel();
  };

  return {
    start: async () => {
      const to = await createSender(config, `${productName}/${productVersion()}`, setTimer);
      sender = to;
      const intervalMs = config.interval ?? context.collectionIntervalMs;
      const { host, pathname } = metricsUrl(config);
      logger.info('pushing', { to: host + pathname, encoding: config.encoding, interval_ms: intervalMs });
      if (config.tls.insecure_skip_verify) {
        logger.warn("tls.insecure_skip_verify is on: the backend's identity is not checked");
      }
      leaveSchedule = schedule.every(intervalMs, () => tick(to));
      tick(to);
    },
    notReady: () => {
      const trouble = state.trouble();
      return trouble === undefined ? undefined : `last push failed: ${trouble}`;
    },
    shutdown: async (timeoutMs) => {
      const failing = state.trouble() !== undefined;
      const deadlineMs = nowMs() + (failing ? Math.min(timeoutMs, failingGraceMs) : timeoutMs);
      leaveSchedule();
      const to = sender;
      sender = undefined;
      if (to !== undefined) {
        await waitUntil(deadlineMs, underWay);
        const leftMs = Math.floor(deadlineMs - nowMs());
        if (leftMs > 0) await waitUntil(deadlineMs, push(to, Math.min(config.timeout, leftMs)));
        to.close();
      }
      telemetry.end();
    },
  };
}

export function countDataPoints({ scopeMetrics }: ResourceMetrics): number {
  return scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .reduce((count, { dataPoints }) => count + dataPoints.length, 0);
}

/** From `{"rejectedDataPoints":5,…}`; JSON backends write 64-bit numbers as strings. */
function countRejected(partialSuccess: string | undefined): number {
  if (partialSuccess === undefined) return 0;
  const { rejectedDataPoints = 0 } = JSON.parse(partialSuccess) as { rejectedDataPoints?: number | string };
  const rejected = Number(rejectedDataPoints);
  return Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0;
}
