import type { Resource } from '@opentelemetry/resources';
import type { Collection, Processor, Receiver } from './component.ts';
import type { OwnMetrics } from './telemetry/own-metrics.ts';

type Received = Awaited<ReturnType<Receiver['collect']>>;

export interface PipelineParts {
  readonly receivers: readonly Receiver[];
  readonly processors: readonly Processor[];
  readonly own: OwnMetrics;
  readonly resource: () => Resource;
  /** Called after each collection that was made. */
  readonly collected: () => void;
}

/** What came of the receivers' collections. */
interface Made {
  readonly of: readonly Received[];
  readonly resource: Resource;
  readonly collection: Promise<Collection>;
}

/**
 * Brings what the receivers have through the processors. Everything is done once per reading: whoever asks while the
 * receivers still share one is given the same collection.
 */
export function createPipeline({
  receivers,
  processors,
  own,
  resource,
  collected,
}: PipelineParts): () => Promise<Collection> {
  /** By what the first receiver had: kept as long as that is, which a receiver lets go before it makes the next. */
  const made = new WeakMap<Received, Made>();

  const make = async (received: readonly Received[], on: Resource): Promise<Collection> => {
    const scopeMetrics = [...received.flatMap((part) => part.scopeMetrics), ...(await own.collect())];
    const resourceMetrics = processors.reduce((metrics, process) => process(metrics), {
      resource: on,
      scopeMetrics,
    });
    collected();
    return { readAtMs: Math.max(...received.map((part) => part.readAtMs)), resourceMetrics };
  };

  return async () => {
    const received = await Promise.all(receivers.map((receiver) => receiver.collect()));
    const on = resource();
    const [first] = received;
    const before = first && made.get(first);
    if (before?.resource === on && received.every((part, index) => part === before.of[index])) {
      return before.collection;
    }
    const collection = make(received, on);
    if (first !== undefined) made.set(first, { of: received, resource: on, collection });
    return collection;
  };
}
