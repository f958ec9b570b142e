import type { ExceededRatios } from './metrics.ts';
import { takeRoom, type StateRoom } from './state-room.ts';
import { rowPlaces, type StatisticsRow } from './statistics-row.ts';

/** In the order in which pages have the counters. */
const ratioPlaces = { volumeIops: 0, volumeThroughput: 1, instanceIops: 2, instanceThroughput: 3 } as const;
const ratioCount = 4;

/** A view of numbers, as pages are. */
class RatioRow implements ExceededRatios {
  readonly values: Float64Array;
  readonly at: number;

  constructor(values: Float64Array, at: number) {
    this.values = values;
    this.at = at;
  }

  get volumeIops(): number {
    return this.values[this.at + ratioPlaces.volumeIops] as number;
  }
  get volumeThroughput(): number {
    return this.values[this.at + ratioPlaces.volumeThroughput] as number;
  }
  get instanceIops(): number {
    return this.values[this.at + ratioPlaces.instanceIops] as number;
  }
  get instanceThroughput(): number {
    return this.values[this.at + ratioPlaces.instanceThroughput] as number;
  }
}

/** Between two pages of one attachment, in which counters only rise. */
export function exceededRatios(
  from: StatisticsRow,
  to: StatisticsRow,
  elapsedMs: number,
  room: StateRoom,
): ExceededRatios {
  const at = takeRoom(room, ratioCount);
  const { values } = room;
  const fromAt = from.at + rowPlaces.volumeIopsExceededMicros;
  const toAt = to.at + rowPlaces.volumeIopsExceededMicros;
  for (let ratio = 0; ratio < ratioCount; ratio++) {
    const micros = (to.values[toAt + ratio] as number) - (from.values[fromAt + ratio] as number);
    const share = micros / 1000 / elapsedMs;
    // The drive adds to these counters in steps of its own: a step may be longer than the time between two readings.
    values[at + ratio] = share > 1 ? 1 : share;
  }
  return new RatioRow(values, at);
}
