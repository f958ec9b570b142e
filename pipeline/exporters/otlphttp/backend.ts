import { join } from 'node:path';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ExporterContext } from '../../component.ts';
import { productName, productVersion } from '../../resource/version.ts';
import type { SetTimer } from '../../timer.ts';
import { readBootId } from '../boot-id.ts';
import type { Estate } from '../estate.ts';
import { queueDirectory } from '../sending-queue/directory.ts';
import { observeQueue } from '../sending-queue/metrics.ts';
import type { Payload, SendPayload } from '../sending-queue/payload.ts';
import { openSendingQueue } from '../sending-queue/queue.ts';
import { stateFiles, stateName } from '../temporality/state-file.ts';
import { metricsUrl, type OtlpHttpConfig } from './config.ts';
import type { Delivery } from './delivery.ts';
import { openDeltas } from './deltas.ts';
import { loadEncodings } from './encoding.ts';
import { takeInDeltas, takeInTotals, type Intake } from './intake.ts';
import { createPacking } from './packing.ts';
import { createPayloadMaker } from './payload.ts';
import { createSender } from './sender.ts';
import { loadTlsMaterial } from './tls.ts';
import { createTransport } from './transport.ts';

/** The way from what was collected to one backend: what it adds, in requests, through the queue, over HTTP. */
export interface Backend {
  readonly takeIn: Intake;
  /** In how many requests the last push went. */
  requestsPerPush(): number;
  /** Sends what waits until `timeoutMs` or the first failure, and closes everything. */
  shutdown(timeoutMs: number): Promise<void>;
  handOver(timeoutMs: number): Promise<Omit<Estate, 'lastReadAtMs'>>;
}

export interface BackendParts {
  readonly config: OtlpHttpConfig;
  readonly context: ExporterContext;
  readonly estate: Estate | undefined;
  /** Told of each answer, and of each failure. */
  readonly report: (dataPoints: number, delivery: Delivery) => void;
  readonly setTimer: SetTimer;
}

/**
 * Opens it and begins to send what waits already.
 * @throws where a TLS file or the queue's storage cannot be used
 */
export async function openBackend({
  config,
  context: { id, logger, meter, nothingSentAfterMs },
  estate,
  report,
  setTimer,
}: BackendParts): Promise<Backend> {
  const { sending_queue: queueConfig, temporality } = config;
  const encodings = await loadEncodings();
  const maker = createPayloadMaker(encodings, config.encoding, config.max_request_body_size);
  const packing = createPacking(encodings, config.compression);
  const transport = createTransport(
    {
      url: metricsUrl(config),
      headers: config.headers,
      encodings,
      tls: loadTlsMaterial(config.tls),
      userAgent: `${productName}/${productVersion()}`,
    },
    { setTimer, wallNowMs: () => Date.now() },
  );

  const cut = async (payload: Payload): Promise<readonly Payload[] | undefined> => {
    const parts = maker.smaller(await packing.unpack(payload));
    return parts && Promise.all(parts.map(packing.pack));
  };

  const sender = createSender({
    transport,
    cut,
    timeoutMs: config.timeout,
    report,
    unfinished: estate?.unfinished,
  });
  const send: SendPayload = async (payload, stop) => {
    const before = maker.maxBytes();
    const outcome = await sender.send(payload, stop);
    const maxBytes = maker.maxBytes();
    if (maxBytes !== before) {
      logger.warn('the backend refuses requests of this size: from now on they are smaller', {
        max_request_body_size: maxBytes,
        hint: 'raise the limit of the backend, or set max_request_body_size to it',
      });
    }
    return outcome;
  };
  const telemetry = observeQueue(meter, id);
  const inherited = estate?.requests ?? [];
  const queue = await openSendingQueue({
    exporterId: id,
    queue: queueConfig,
    retry: config.retry_on_failure,
    send,
    countDropped: telemetry.countDropped,
    logger,
    inherited,
    neighbours: stateFiles,
  });

  const { storage } = queueConfig;
  const deltas = await openDeltas({
    temporality,
    statePath: storage === undefined ? undefined : join(queueDirectory(storage, id), stateName),
    queue,
    inherited: estate?.deltas,
    nothingSentAfterMs,
    bootId: readBootId(),
    logger,
  }).catch(async (error: unknown) => {
    // They go back to where they came from, and must not be on this disk too.
    await queue.takeBack(inherited.map(({ payload }) => payload.id));
    await queue.handOver(0);
    throw error;
  });

  let isOpen = true;
  let isTakingIn = false;
  let requests = 1;
  const make = async (metrics: ResourceMetrics): Promise<readonly Payload[]> => {
    const payloads = await Promise.all(maker.of(metrics).map(packing.pack));
    requests = Math.max(1, payloads.length);
    return payloads;
  };
  const parts = { make, queue, isOpen: () => isOpen };
  const intake =
    deltas === undefined ? takeInTotals(parts) : takeInDeltas(parts, deltas.converter, deltas.state);
  const stopObserving = telemetry.observe(queue);
  queue.begin();

  const release = (): void => {
    stopObserving();
    transport.close();
  };
  return {
    takeIn: async (metrics) => {
      // What comes too late must not touch the deltas that another goes on with.
      if (!isOpen) return false;
      isTakingIn = true;
      return intake(metrics).finally(() => (isTakingIn = false));
    },
    requestsPerPush: () => requests,
    shutdown: async (timeoutMs) => {
      isOpen = false;
      await queue.shutdown(timeoutMs);
      release();
    },
    handOver: async (timeoutMs) => {
      isOpen = false;
      const waiting = await queue.handOver(timeoutMs);
      release();
      return {
        requests: waiting,
        unfinished: sender.unfinished(),
        // What is taken in still is neither here nor there.
        deltas: isTakingIn ? undefined : deltas?.converter,
      };
    },
  };
}
