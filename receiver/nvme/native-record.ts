import type { NativeAddon } from '../native-addon.ts';
import { readError, type ReadAttempt } from './read-error.ts';
import type { Answer, ReadError } from './source.ts';
import { countsPlace, rowLength, rowPlaces, StatisticsRow } from './statistics-row.ts';

/** Takes outcomes and decoded pages out of the rows of doubles that the addon wrote (native/core/record.h). */
export interface RecordReader {
  isAnswered(block: Float64Array, row: number): boolean;
  /** Why the device of the record at `row` did not answer. */
  failure(block: Float64Array, row: number, attempt: ReadAttempt): ReadError;
  durationSeconds(block: Float64Array, row: number): number;
  /** The page in the record at `row`, of a device that answered. Keeps nothing of the block. */
  statistics(block: Float64Array, row: number): StatisticsRow;
  /** How many numbers `answer` puts into `values`. */
  answerLength(block: Float64Array, row: number): number;
  /** The page, and when the device answered: in `values`, from `to` on. Keeps nothing of the block. */
  answer(block: Float64Array, row: number, values: Float64Array, to: number): Answer;
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
    // No iterator, and no closure: they would be most of what the addon's rows leave behind.
    for (let i = 0; i < known.length; i++) {
      const bounds = known[i];
      if (bounds !== undefined && matches(bounds, block, from, length)) return bounds;
    }
    const bounds = block.slice(from, from + length);
    known[oldest] = bounds;
    oldest = (oldest + 1) % boundsKept;
    return bounds;
  };
}

/** Before its page stand the numbers of an answer, so far before. */
const answerPlaces = { durationSeconds: 4, completedAtMs: 3, attachedAtMs: 2, bornAtMs: 1 } as const;
const answerNumbers = 4;

/** A view of numbers, as its page is. */
class AnswerRow implements Answer {
  readonly statistics: StatisticsRow;

  constructor(statistics: StatisticsRow) {
    this.statistics = statistics;
  }

  get ok(): true {
    return true;
  }
  get durationSeconds(): number {
    const { values, at } = this.statistics;
    return values[at - answerPlaces.durationSeconds] as number;
  }
  get completedAtMs(): number {
    const { values, at } = this.statistics;
    return values[at - answerPlaces.completedAtMs] as number;
  }
  get attachedAtMs(): number | undefined {
    const { values, at } = this.statistics;
    const attachedAtMs = values[at - answerPlaces.attachedAtMs] as number;
    return Number.isNaN(attachedAtMs) ? undefined : attachedAtMs;
  }
  get bornAtMs(): number | undefined {
    const { values, at } = this.statistics;
    const bornAtMs = values[at - answerPlaces.bornAtMs] as number;
    return Number.isNaN(bornAtMs) ? undefined : bornAtMs;
  }
}

/** @param clockOriginMs performance.now() at the zero of the addon's clock, ms */
export function createRecordReader(
  { fields, verdicts, steps }: NativeAddon,
  clockOriginMs: number,
): RecordReader {
  // The counts of the bands stand in rows of this length, however many bins there are.
  const maxBins = fields.readCounts - fields.readBounds;
  const numbers = (Object.keys(rowPlaces) as (keyof typeof rowPlaces)[]).map((name) => fields[name]);
  const answered = verdicts.indexOf('answered');
  const sharedBounds = createBoundsCache();
  const at = (block: Float64Array, index: number): number => block[index] as number;
  /** What came out of a Float64Array takes an object wherever it is kept, and so does what is reckoned from it. */
  const integerAt = (block: Float64Array, index: number): number => (block[index] as number) | 0;
  const pageLength = (block: Float64Array, row: number): number =>
    rowLength(
      integerAt(block, row + fields.readBins),
      integerAt(block, row + fields.writeBins),
      integerAt(block, row + fields.bands),
    );

  const copy = (
    block: Float64Array,
    from: number,
    length: number,
    values: Float64Array,
    to: number,
  ): void => {
    for (let i = 0; i < length; i++) values[to + i] = block[from + i] as number;
  };

  const copyBands = (block: Float64Array, row: number, values: Float64Array, to: number): void => {
    const readBins = integerAt(block, row + fields.readBins);
    const writeBins = integerAt(block, row + fields.writeBins);
    const bands = integerAt(block, row + fields.bands);
    for (let band = 0; band < bands; band++) {
      const bandAt = to + band * (1 + readBins + writeBins);
      values[bandAt] = at(block, row + fields.bandUpperSizes + band);
      copy(block, row + fields.bandReadCounts + band * maxBins, readBins, values, bandAt + 1);
      copy(block, row + fields.bandWriteCounts + band * maxBins, writeBins, values, bandAt + 1 + readBins);
    }
  };

  const page = (block: Float64Array, row: number, values: Float64Array, to: number): StatisticsRow => {
    const readBins = integerAt(block, row + fields.readBins);
    const writeBins = integerAt(block, row + fields.writeBins);
    for (let place = 0; place < numbers.length; place++) {
      values[to + place] = block[row + (numbers[place] as number)] as number;
    }
    const readAt = to + countsPlace;
    const writeAt = readAt + readBins;
    copy(block, row + fields.readCounts, readBins, values, readAt);
    copy(block, row + fields.writeCounts, writeBins, values, writeAt);
    copyBands(block, row, values, writeAt + writeBins);
    const readBounds = sharedBounds(block, row + fields.readBounds, readBins);
    const writeBounds = sharedBounds(block, row + fields.writeBounds, writeBins);
    return new StatisticsRow(values, to, readBounds, writeBounds);
  };

  return {
    isAnswered: (block, row) => at(block, row + fields.verdict) === answered,

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

    statistics: (block, row) => page(block, row, new Float64Array(pageLength(block, row)), 0),

    answerLength: (block, row) => answerNumbers + pageLength(block, row),

    answer(block, row, values, to) {
      const pageAt = to + answerNumbers;
      values[pageAt - answerPlaces.durationSeconds] = block[row + fields.durationSeconds] as number;
      values[pageAt - answerPlaces.completedAtMs] =
        (block[row + fields.completedAtMs] as number) + clockOriginMs;
      values[pageAt - answerPlaces.attachedAtMs] = block[row + fields.attachedAtMs] as number;
      values[pageAt - answerPlaces.bornAtMs] = block[row + fields.bornAtMs] as number;
      return new AnswerRow(page(block, row, values, pageAt));
    },
  };
}
