import { excess, type QueueLimits } from './bounds.ts';
import type { DropReport } from './drop-report.ts';
import type { PayloadRecord } from './record.ts';

/** The requests of one reading, on their way in. */
export interface Arrival {
  readonly records: readonly PayloadRecord[];
  readonly held: boolean;
}

/** What comes while a disk takes its time: bounded too. */
export interface Arrivals {
  /** It is taken whatever else there is; where that is too much, the oldest goes. */
  add(arrival: Arrival): void;
  next(): Arrival | undefined;
  requests(): number;
}

export function createArrivals(limits: QueueLimits, drops: Pick<DropReport, 'dropped'>): Arrivals {
  const arrivals: Arrival[] = [];
  const records = (): PayloadRecord[] => arrivals.flatMap((arrival) => arrival.records);
  const isTooMuch = (): boolean =>
    excess(
      records().map(({ payload: { body } }) => ({ sizeBytes: body.length, bornMs: 0 })),
      limits,
    ) > 0;
  return {
    add: (arrival) => {
      arrivals.push(arrival);
      while (arrivals.length > 1 && isTooMuch()) {
        const late = arrivals.shift()?.records ?? [];
        drops.dropped(
          'queue_full',
          late.map(({ payload }) => payload),
        );
      }
    },
    next: () => arrivals.shift(),
    requests: () => records().length,
  };
}
