import type { Exporter, ExporterContext } from '../../component.ts';
import { productName, productVersion } from '../../resource/version.ts';
import { unrefTimer, type SetTimer } from '../../timer.ts';
import { observeExporter } from '../exporter-metrics.ts';
import { pushSchedule, type PushSchedule } from '../push-schedule.ts';
import { metricsUrl, type OtlpHttpConfig } from './config.ts';
import { loadEncoding } from './encoding.ts';
import type { Failure } from './failure.ts';
import { createPayloadMaker, type Payload, type PayloadMaker } from './payload.ts';
import { createPushState } from './push-state.ts';
import { createSender, type Sender, type Sent } from './sender.ts';

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

/** From metrics to payloads, and from payloads to what became of them. */
interface Backend {
  readonly maker: PayloadMaker;
  readonly sender: Sender;
}

/** At shutdown a backend that does not work is tried once more, and not waited for as long as one that does. */
const failingGraceMs = 2_000;

/**
 * Pushes what the pipeline has to an OTLP backend over HTTP: with every tick of the schedule, the first within seconds of
 * the start, and a last time at shutdown. What is pushed is cumulative, so a push that fails loses resolution and no data,
 * and none is kept for later.
 */
export function createOtlpHttpExporter(
  config: OtlpHttpConfig,
  context: ExporterContext,
  { schedule, setTimer, nowMs }: OtlpHttpEdges = processEdges,
): Exporter {
  const { id, logger, meter } = context;
  const state = createPushState(logger);
  let backend: Backend | undefined;
  let leaveSchedule = (): void => {};
  let underWay: Promise<void> | undefined;
  const telemetry = observeExporter(meter, id, () => state.trouble() === undefined);

  async function push({ maker, sender: to }: Backend, timeoutMs: number): Promise<void> {
    let payloads: readonly Payload[];
    try {
      const { resourceMetrics } = await context.collect();
      payloads = maker.of(resourceMetrics);
    } catch (error) {
      state.failed({ errorType: 'collection', reason: `nothing to send: ${(error as Error).message}` });
      return;
    }
    const before = maker.maxBytes();
    report(await to.send(payloads, timeoutMs));
    const maxBytes = maker.maxBytes();
    if (maxBytes === before) return;
    logger.warn('the backend refuses requests of this size: from now on they are smaller', {
      max_request_body_size: maxBytes,
      hint: 'raise the limit of the backend, or set max_request_body_size to it',
    });
  }

  function report(sent: readonly Sent[]): void {
    let failure: Failure | undefined;
    let rejectedDataPoints = 0;
    let errorMessage = '';
    for (const { payload, outcome } of sent) {
      if (outcome.kind !== 'delivered') {
        telemetry.failed(payload.dataPoints, outcome.failure.errorType);
        failure ??= outcome.failure;
        continue;
      }
      const rejected = outcome.partialSuccess?.rejectedDataPoints ?? 0;
      rejectedDataPoints += rejected;
      errorMessage ||= outcome.partialSuccess?.errorMessage ?? '';
      telemetry.sent(payload.dataPoints - rejected);
      if (rejected > 0) telemetry.failed(rejected, 'rejected');
    }
    if (failure !== undefined) return state.failed(failure);
    state.succeeded();
    state.heard(
      rejectedDataPoints === 0 && errorMessage === '' ? undefined : { rejectedDataPoints, errorMessage },
    );
  }

  const tick = (to: Backend): void => {
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
      const encoding = await loadEncoding(config.encoding);
      const maker = createPayloadMaker(encoding, config.max_request_body_size);
      const userAgent = `${productName}/${productVersion()}`;
      const to = { maker, sender: createSender({ config, encoding, maker, userAgent, setTimer }) };
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
      const trouble = state.trouble();
      return trouble === undefined ? undefined : `last push failed: ${trouble}`;
    },
    shutdown: async (timeoutMs) => {
      const failing = state.trouble() !== undefined;
      const deadlineMs = nowMs() + (failing ? Math.min(timeoutMs, failingGraceMs) : timeoutMs);
      leaveSchedule();
      const to = backend;
      backend = undefined;
      if (to !== undefined) {
        await waitUntil(deadlineMs, underWay);
        const leftMs = Math.floor(deadlineMs - nowMs());
        if (leftMs > 0) await waitUntil(deadlineMs, push(to, Math.min(config.timeout, leftMs)));
        to.sender.close();
      }
      telemetry.end();
    },
  };
}
