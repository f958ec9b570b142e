import type { NativeAddon } from '../native-addon.ts';
import { readError, type ReadAttempt } from './read-error.ts';
import type { ReadError, ReadOutcome } from './source.ts';
import type { IoSizeBand, LatencyBins, Statistics } from './statistics.ts';

/** Takes outcomes and decoded pages out of the rows of doubles that the addon wrote (native/core/record.h). */
export interface RecordReader {
  isAnswered(block: Float64Array, row: number): boolean;
  /** Why the device of the record at `row` did not answer. */
  failure(block: Float64Array, row: number, attempt: ReadAttempt): ReadError;
  durationSeconds(block: Float64Array, row: number): number;
  /** How many histogram counts the record at `row`, of a device that answered, has. */
  countsIn(block: Float64Array, row: number): number;
  /**
   * The page in the record at `row`. Keeps nothing of the block; its counts become a part of `counts`, from `from` on.
   */
  statistics(block: Float64Array, row: number, counts: Float64Array, from: number): Statistics;
  /** The same, and when the device answered. */
  answer(block: Float64Array, row: number, counts: Float64Array, from: number): ReadOutcome;
}

/** Drives of one kind all have the same bounds: a handful of different ones is more than was ever seen. */
const boundsKept = 16;

function createBoundsCache(): (block: Float64Array, from: number, length: number) => Float64Array {
  const known: Float64Array[] = [];
  let oldest = 0;
  const matches = (bounds: Float64Array, block: Float64Array, from: number, length: number): boolean => {
    if (bounds.length !== length) return false;
    for (let i = 0; i < length; i++) if (bounds[i] !== block[from + i]) return false;
    return true;
  };
  return (block, from, length) => {
    for (const bounds of known) if (matches(bounds, block, from, length)) return bounds;
    const bounds = block.slice(from, from + length);
    known[oldest] = bounds;
    oldest = (oldest + 1) % boundsKept;
    return bounds;
  };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Answer = Mutable<Extract<ReadOutcome, { readonly ok: true }>>;

const noBands: readonly IoSizeBand[] = [];

/** @param clockOriginMs performance.now() at the zero of the addon's clock, ms */
export function createRecordReader(
  { fields, verdicts, steps }: NativeAddon,
  clockOriginMs: number,
): RecordReader {
  // The counts of the bands stand in rows of this length, however many bins there are.
  const maxBins = fields.readCounts - fields.readBounds;
  const sharedBounds = createBoundsCache();
  const at = (block: Float64Array, index: number): number => block[index] ?? Number.NaN;

  const bins = (
    bounds: Float64Array,
    block: Float64Array,
    countsAt: number,
    counts: Float64Array,
    from: number,
  ): LatencyBins => {
    const { length } = bounds;
    for (let i = 0; i < length; i++) counts[from + i] = at(block, countsAt + i);
    return { upperBoundsMicros: bounds, counts: counts.subarray(from, from + length) };
  };

  const bands = (
    block: Float64Array,
    row: number,
    readBounds: Float64Array,
    writeBounds: Float64Array,
    counts: Float64Array,
    from: number,
  ): readonly IoSizeBand[] => {
    const length = at(block, row + fields.bands);
    if (length === 0) return noBands;
    return Array.from({ length }, (_, band) => {
      const readFrom = from + band * (readBounds.length + writeBounds.length);
      const readAt = row + fields.bandReadCounts + band * maxBins;
      const writeAt = row + fields.bandWriteCounts + band * maxBins;
      return {
        upperSizeBytes: at(block, row + fields.bandUpperSizes + band),
        readLatency: bins(readBounds, block, readAt, counts, readFrom),
        writeLatency: bins(writeBounds, block, writeAt, counts, readFrom + readBounds.length),
      };
    });
  };

  const statistics: RecordReader['statistics'] = (block, row, counts, from) => {
    const readBounds = sharedBounds(block, row + fields.readBounds, at(block, row + fields.readBins));
    const writeBounds = sharedBounds(block, row + fields.writeBounds, at(block, row + fields.writeBins));
    const writeFrom = from + readBounds.length;
    const bandsFrom = writeFrom + writeBounds.length;
    return {
      kind: at(block, row + fields.kind) === 0 ? 'ebs' : 'instance_store',
      version: at(block, row + fields.version),
      readOperations: at(block, row + fields.readOperations),
      writeOperations: at(block, row + fields.writeOperations),
      readBytes: at(block, row + fields.readBytes),
      writeBytes: at(block, row + fields.writeBytes),
      readTimeMicros: at(block, row + fields.readTimeMicros),
      writeTimeMicros: at(block, row + fields.writeTimeMicros),
      volumeIopsExceededMicros: at(block, row + fields.volumeIopsExceededMicros),
      volumeThroughputExceededMicros: at(block, row + fields.volumeThroughputExceededMicros),
      instanceIopsExceededMicros: at(block, row + fields.instanceIopsExceededMicros),
      instanceThroughputExceededMicros: at(block, row + fields.instanceThroughputExceededMicros),
      queueLength: at(block, row + fields.queueLength),
      readLatency: bins(readBounds, block, row + fields.readCounts, counts, from),
      writeLatency: bins(writeBounds, block, row + fields.writeCounts, counts, writeFrom),
      ioSizeBands: bands(block, row, readBounds, writeBounds, counts, bandsFrom),
    };
  };

  return {
    isAnswered: (block, row) => verdicts[at(block, row + fields.verdict)] === 'answered',

    failure(block, row, attempt) {
      const verdict = verdicts[at(block, row + fields.verdict)];
      if (verdict === undefined || verdict === 'answered')
        throw new Error('there is no failure in this record');
      const step = steps[at(block, row + fields.step)] ?? 'command';
      const code = at(block, row + fields.code);
      const outstandingSeconds = at(block, row + fields.outstandingSeconds);
      return readError({ verdict, step, code, outstandingSeconds }, attempt);
    },

    durationSeconds: (block, row) => at(block, row + fields.durationSeconds),

    countsIn(block, row) {
      const perHistogramPair = at(block, row + fields.readBins) + at(block, row + fields.writeBins);
      return perHistogramPair * (1 + at(block, row + fields.bands));
    },

    statistics,

    answer(block, row, counts, from) {
      const outcome: Answer = {
        ok: true,
        statistics: statistics(block, row, counts, from),
        completedAtMs: at(block, row + fields.completedAtMs) + clockOriginMs,
        durationSeconds: at(block, row + fields.durationSeconds),
      };
      const attachedAtMs = at(block, row + fields.attachedAtMs);
      const bornAtMs = at(block, row + fields.bornAtMs);
      if (!Number.isNaN(attachedAtMs)) outcome.attachedAtMs = attachedAtMs;
      if (!Number.isNaN(bornAtMs)) outcome.bornAtMs = bornAtMs;
      return outcome;
    },
  };
}
