import type { IoSizeBand, LatencyBins, Statistics, VolumeKind } from './statistics.ts';

/**
 * Where the numbers of a page stand in its row, in this order and under the names that the addon has for them. Counts
 * follow: those of reads, those of writes; then for each band its upper size, and counts in the same order.
 */
export const rowPlaces = {
  /** 0 is EBS, 1 instance store. */
  kind: 0,
  version: 1,
  readOperations: 2,
  writeOperations: 3,
  readBytes: 4,
  writeBytes: 5,
  readTimeMicros: 6,
  writeTimeMicros: 7,
  volumeIopsExceededMicros: 8,
  volumeThroughputExceededMicros: 9,
  instanceIopsExceededMicros: 10,
  instanceThroughputExceededMicros: 11,
  queueLength: 12,
  bands: 13,
} as const;
export const countsPlace = 14;

/** Counters stand together: what falls there started over. */
const countersBegin = rowPlaces.readOperations;
const countersEnd = rowPlaces.queueLength;

export type Direction = 'read' | 'write';

const noBands: readonly IoSizeBand[] = [];

/** How many numbers the row of a page has. */
export function rowLength(readBins: number, writeBins: number, bands: number): number {
  return countsPlace + readBins + writeBins + bands * (1 + readBins + writeBins);
}

/** @param from where the counts begin */
function binsOf(page: StatisticsRow, direction: Direction, from: number): LatencyBins {
  const upperBoundsMicros = page.bounds(direction);
  return { upperBoundsMicros, counts: page.values.subarray(from, from + upperBoundsMicros.length) };
}

/**
 * One page as a row in an array that the pages of a reading share: an object for every number, and a typed array for every
 * histogram, would be most of what a reading costs. Neither the array nor the bounds are ever written into.
 *
 * What is read at every reading is hot. There and in whatever walks through rows, numbers are taken as they are: with a
 * `??` for those that cannot be missing a reading of 128 volumes took half as long again.
 */
export class StatisticsRow implements Statistics {
  readonly values: Float64Array;
  /** Where the row begins. */
  readonly at: number;
  readonly readBounds: Float64Array;
  readonly writeBounds: Float64Array;

  /** @param readBounds upper bounds, µs; the same array for all pages with these bounds */
  constructor(values: Float64Array, at: number, readBounds: Float64Array, writeBounds: Float64Array) {
    this.values = values;
    this.at = at;
    this.readBounds = readBounds;
    this.writeBounds = writeBounds;
  }

  get kind(): VolumeKind {
    return this.values[this.at + rowPlaces.kind] === 0 ? 'ebs' : 'instance_store';
  }
  get version(): number {
    return this.values[this.at + rowPlaces.version] as number;
  }
  get readOperations(): number {
    return this.values[this.at + rowPlaces.readOperations] as number;
  }
  get writeOperations(): number {
    return this.values[this.at + rowPlaces.writeOperations] as number;
  }
  get readBytes(): number {
    return this.values[this.at + rowPlaces.readBytes] as number;
  }
  get writeBytes(): number {
    return this.values[this.at + rowPlaces.writeBytes] as number;
  }
  get readTimeMicros(): number {
    return this.values[this.at + rowPlaces.readTimeMicros] as number;
  }
  get writeTimeMicros(): number {
    return this.values[this.at + rowPlaces.writeTimeMicros] as number;
  }
  get volumeIopsExceededMicros(): number {
    return this.values[this.at + rowPlaces.volumeIopsExceededMicros] as number;
  }
  get volumeThroughputExceededMicros(): number {
    return this.values[this.at + rowPlaces.volumeThroughputExceededMicros] as number;
  }
  get instanceIopsExceededMicros(): number {
    return this.values[this.at + rowPlaces.instanceIopsExceededMicros] as number;
  }
  get instanceThroughputExceededMicros(): number {
    return this.values[this.at + rowPlaces.instanceThroughputExceededMicros] as number;
  }
  get queueLength(): number {
    return this.values[this.at + rowPlaces.queueLength] as number;
  }

  /** Made anew each time: for people, and for what is not read every few seconds. */
  get readLatency(): LatencyBins {
    return binsOf(this, 'read', this.countsAt('read'));
  }
  get writeLatency(): LatencyBins {
    return binsOf(this, 'write', this.countsAt('write'));
  }

  get ioSizeBands(): readonly IoSizeBand[] {
    const length = this.values[this.at + rowPlaces.bands] as number;
    if (length === 0) return noBands;
    const binsOfBand = this.readBounds.length + this.writeBounds.length;
    const bandsAt = this.countsAt('read') + binsOfBand;
    return Array.from({ length }, (_, band) => {
      const bandAt = bandsAt + band * (1 + binsOfBand);
      return {
        upperSizeBytes: this.values[bandAt] as number,
        readLatency: binsOf(this, 'read', bandAt + 1),
        writeLatency: binsOf(this, 'write', bandAt + 1 + this.readBounds.length),
      };
    });
  }

  /** Upper bounds of the latency bins, µs. */
  bounds(direction: Direction): Float64Array {
    return direction === 'read' ? this.readBounds : this.writeBounds;
  }

  /** Where in `values` the counts of the latency bins begin. */
  countsAt(direction: Direction): number {
    return this.at + countsPlace + (direction === 'read' ? 0 : this.readBounds.length);
  }

  operations(direction: Direction): number {
    return direction === 'read' ? this.readOperations : this.writeOperations;
  }

  /** Whether a counter is lower than it was: the counters started over. */
  fellSince(previous: StatisticsRow): boolean {
    for (let place = countersBegin; place < countersEnd; place++) {
      const before = previous.values[previous.at + place] as number;
      if ((this.values[this.at + place] as number) < before) return true;
    }
    return false;
  }
}
