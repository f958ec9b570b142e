import type { Resource } from '@opentelemetry/resources';
import type { ResourceMetrics, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import { createCollection, type Collection } from './collection.ts';
import type { Processor, Receiver } from './component.ts';
import { createColumnsJoin } from './join-columns.ts';
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
  let latest: Made | undefined;
  const join = createColumnsJoin();
  let carried: ResourceMetrics | undefined;
  let carriedLayout: readonly ScopeMetrics[] | undefined;

  /** The same object as long as nothing but numbers changed: processors keep what they made of it. */
  const carry = (layout: readonly ScopeMetrics[], on: Resource): ResourceMetrics => {
    if (carried === undefined || carriedLayout !== layout || carried.resource !== on) {
      carriedLayout = layout;
      carried = { resource: on, scopeMetrics: [...layout] };
    }
    return carried;
  };

  const make = async (received: readonly Received[], on: Resource): Promise<Collection> => {
    const { layout, values } = join([...received, await own.collect()]);
    const processed = processors.reduce((metrics, process) => process(metrics), carry(layout, on));
    collected();
    const readAtMs = Math.max(...received.map((part) => part.readAtMs));
    return createCollection(readAtMs, processed, values);
  };

  return async () => {
    const received = await Promise.all(receivers.map((receiver) => receiver.collect()));
    const on = resource();
    const isLatest =
      latest?.resource === on &&
      latest.of.length === received.length &&
      received.every((part, index) => part === latest?.of[index]);
    if (latest === undefined || !isLatest)
      latest = { of: received, resource: on, collection: make(received, on) };
    return latest.collection;
  };
}
