import type { Histogram } from '@opentelemetry/sdk-metrics';

/**
 * What cumulative values gained. A gain is the plain difference of two doubles. Between values within a factor of two it
 * is exact (Sterbenz's lemma); at each of the others the value more than doubled, so that all their roundings together
 * are less than one unit in the last place of the last value. So no remainder is carried from gain to gain: that would
 * mend the sum over a lifetime, as far as a backend adds it up in this one order, and put an error into every other.
 */
export interface Arithmetic<Value> {
  /** What was added since `before`; undefined where the value started over. */
  gain(before: Value, now: Value): Value | undefined;
  /** The value as what was added since its start. */
  whole(value: Value): Value;
  add(a: Value, b: Value): Value;
  isNothing(gain: Value): boolean;
  /** Whether anything can be added up from it. */
  isUsable(value: Value): boolean;
}

export const counterArithmetic: Arithmetic<number> = {
  gain: (before, now) => (now >= before ? now - before : undefined),
  whole: (value) => value,
  add: (a, b) => a + b,
  isNothing: (gain) => gain === 0,
  isUsable: Number.isFinite,
};

/** The smallest and the largest value since the start are not those of the interval: left out. */
export const histogramArithmetic: Arithmetic<Histogram> = {
  gain(before, now) {
    if (before.sum !== undefined && now.sum !== undefined && now.sum < before.sum) return undefined;
    const counted = sameBounds(before, now) ? gainByBucket(before, now) : gainInAll(before, now);
    return (
      counted &&
      withSum(counted, before.sum === undefined || now.sum === undefined ? undefined : now.sum - before.sum)
    );
  },
  whole: ({ buckets, count, sum }) => withSum({ buckets, count }, sum),
  add: (a, b) => withSum(sameBounds(a, b) ? addByBucket(a, b) : inOneBucket(a.count + b.count), sumOf(a, b)),
  isNothing: ({ count, sum }) => count === 0 && !sum,
  isUsable: ({ count, sum = 0 }) => Number.isFinite(count) && Number.isFinite(sum),
};

function sumOf({ sum: a }: Histogram, { sum: b }: Histogram): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

type Counted = Pick<Histogram, 'buckets' | 'count'>;

const withSum = ({ buckets, count }: Counted, sum: number | undefined): Histogram =>
  sum === undefined ? { buckets, count } : { buckets, count, sum };

function sameBounds(
  { buckets: { boundaries: a } }: Histogram,
  { buckets: { boundaries: b } }: Histogram,
): boolean {
  return a === b || (a.length === b.length && a.every((boundary, index) => boundary === b[index]));
}

/** How far a drive's bins count. */
const wrap = 2 ** 32;

function gainByBucket(before: Histogram, now: Histogram): Counted | undefined {
  const { boundaries, counts } = now.buckets;
  const gains = Array<number>(counts.length).fill(0);
  let count = 0;
  for (let bucket = 0; bucket < counts.length; bucket++) {
    let gain = (counts[bucket] ?? 0) - (before.buckets.counts[bucket] ?? 0);
    if (gain < 0) {
      // What the receiver unwrapped is forgotten at a restart, and bins of size bands come as the drive counts them.
      gain = ((gain % wrap) + wrap) % wrap;
      if (gain >= wrap / 2) return undefined;
    }
    gains[bucket] = gain;
    count += gain;
  }
  return { buckets: { boundaries, counts: gains }, count };
}

function addByBucket({ buckets, count }: Histogram, other: Histogram): Counted {
  const { boundaries } = buckets;
  const counts = buckets.counts.map((each, bucket) => each + (other.buckets.counts[bucket] ?? 0));
  return { buckets: { boundaries, counts }, count: count + other.count };
}

/** Between other bounds nobody knows how the gain was distributed. */
function gainInAll(before: Histogram, now: Histogram): Counted | undefined {
  return now.count < before.count ? undefined : inOneBucket(now.count - before.count);
}

/** From -Inf to +Inf: as much as OTLP can say of a count alone. */
const inOneBucket = (count: number): Counted => ({ buckets: { boundaries: [], counts: [count] }, count });
