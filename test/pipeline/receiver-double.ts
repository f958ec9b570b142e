import type { MetricData } from '@opentelemetry/sdk-metrics';
import type { Receiver } from '../../pipeline/component.ts';
import { createLayOut } from '../../receiver/lay-out.ts';
import type { Reading } from '../../receiver/nvme/reading.ts';
import { gauge, point } from '../fixtures/metrics.ts';

type Received = Awaited<ReturnType<Receiver['collect']>>;

/** A receiver that has what the test says. */
export interface ReceiverDouble extends Receiver {
  /** A new reading, which is shared until the next one. */
  read(readAtMs: number, ...metrics: readonly MetricData[]): void;
  /** Collections fail from now on, until there is a reading. */
  fail(error: Error): void;
}

export function createReceiverDouble(
  scope: string,
  { latest, simulated = false }: { readonly latest?: Reading; readonly simulated?: boolean } = {},
): ReceiverDouble {
  const layOut = createLayOut();
  let answer: () => Promise<Received>;
  const double: ReceiverDouble = {
    simulated,
    latest: () => latest,
    collect: () => answer(),
    shutdown: async () => undefined,
    read(readAtMs, ...metrics) {
      const received = { readAtMs, ...layOut([{ scope: { name: scope }, metrics: [...metrics] }]) };
      answer = async () => received;
    },
    fail(error) {
      answer = async () => {
        throw error;
      };
    },
  };
  double.read(1, gauge({ name: 'first' }, point(1)));
  return double;
}
