import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Payload } from '../sending-queue/payload.ts';
import type { SendingQueue } from '../sending-queue/queue.ts';
import type { DeltaConverter } from '../temporality/delta-converter.ts';
import type { KeptState } from '../temporality/kept-state.ts';
import { crypto } from '../../node-modules.ts';

/** Brings into the queue what was collected, and says whether it did. From then on it is the queue's to lose. */
export type Intake = (metrics: ResourceMetrics) => Promise<boolean>;

export interface IntakeParts {
  readonly make: (metrics: ResourceMetrics) => Promise<readonly Payload[]>;
  readonly queue: Pick<SendingQueue, 'enqueue' | 'release'>;
  /** What is not in the queue when it closes is left to whoever comes next. */
  readonly isOpen: () => boolean;
}

export function takeInTotals({ make, queue, isOpen }: IntakeParts): Intake {
  return async (metrics) => {
    const payloads = await make(metrics);
    if (!isOpen()) return false;
    await queue.enqueue(payloads);
    return true;
  };
}

/** @param state where it survives the process, as the queue does */
export function takeInDeltas(
  { make, queue, isOpen }: IntakeParts,
  converter: DeltaConverter,
  state: KeptState | undefined,
): Intake {
  return async (metrics) => {
    const delta = converter.compute(metrics);
    const payloads = (await make(delta.metrics)).map((payload) => ({
      ...payload,
      id: crypto().randomUUID(),
    }));
    const ids = payloads.map(({ id }) => id);
    const isAnnounced = isOpen() && (await state?.announce(delta.stateAfter(), ids)) === true;
    if (!isOpen()) return false;
    await queue.enqueue(payloads, isAnnounced);
    if (isAnnounced) await state?.confirm();
    delta.commit();
    queue.release(ids);
    return true;
  };
}
