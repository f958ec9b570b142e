import type { Measured } from '../stats/follow.ts';
import { exceededLimits, meanQueue } from '../stats/rates-table.ts';

/** By what the volumes are sorted: the greatest first, and where two are equal as they are attached. */

interface Order {
  readonly key: string;
  readonly title: string;
  /** undefined: as they are attached. */
  readonly measure: ((measured: Measured) => number) | undefined;
}

function meanLatencyMicros({ difference }: Measured): number {
  const operations = difference.readOperations + difference.writeOperations;
  return operations === 0 ? 0 : (difference.readTimeMicros + difference.writeTimeMicros) / operations;
}

const perSecond = (count: (difference: Measured['difference']) => number) => (measured: Measured) =>
  count(measured.difference) / measured.intervalSeconds;

/** More than any queue: where shares differ, queues do not count. */
const shareBeforeQueue = 1e9;

/** The first holds until another is asked for: who is throttled, and of the others who is busy. */
export const orders = [
  {
    key: 't',
    title: 'throttled',
    measure: (measured) => (exceededLimits(measured)[0]?.share ?? 0) * shareBeforeQueue + meanQueue(measured),
  },
  { key: 'r', title: 'reads', measure: perSecond(({ readOperations }) => readOperations) },
  { key: 'w', title: 'writes', measure: perSecond(({ writeOperations }) => writeOperations) },
  {
    key: 'b',
    title: 'bytes',
    measure: perSecond(({ readBytes, writeBytes }) => readBytes + writeBytes),
  },
  { key: 'l', title: 'latency', measure: meanLatencyMicros },
  { key: 'u', title: 'queue', measure: meanQueue },
  { key: 'd', title: 'device', measure: undefined },
] as const satisfies readonly Order[];

export type OrderKey = (typeof orders)[number]['key'];

export function sorted(rows: readonly Measured[], by: OrderKey): readonly Measured[] {
  const measure: Order['measure'] = orders.find(({ key }) => key === by)?.measure;
  return measure === undefined ? rows : rows.toSorted((a, b) => measure(b) - measure(a));
}
