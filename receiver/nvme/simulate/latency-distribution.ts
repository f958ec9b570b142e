/** How the latencies of operations spread over the page's bins, given their median. */

/** The bins that real volumes show: powers of two from 1 µs to 2^26 µs, and one without an upper bound. */
export const upperBoundsMicros = Float64Array.from({ length: 28 }, (_, bin) =>
  bin < 27 ? 2 ** bin : Infinity,
);
export const binCount = upperBoundsMicros.length;

/** The latency that operations in a bin are taken to have had: its middle. */
export const binMicros = Float64Array.from(upperBoundsMicros, (upper, bin) =>
  Number.isFinite(upper) ? (upper + (bin === 0 ? 0 : upper / 2)) / 2 : 1.5 * 2 ** 26,
);

export interface LatencyDistribution {
  /** Share of the operations in each bin; the sum is 1. */
  readonly shares: Float64Array;
  /** The bins with a share, first and last: less than half of them. */
  readonly firstBin: number;
  readonly lastBin: number;
  /** Mean by the middles of the bins, µs. */
  readonly meanMicros: number;
}

/** Most latencies scatter around the median; a few operations take much longer. */
const body = { share: 0.985, spread: 0.4, factor: 1 };
const tail = { share: 0.015, spread: 0.6, factor: 6 };

/** Normal distribution function; Abramowitz and Stegun 26.2.17, error below 7.5e-8. */
function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const polynomial =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const upper = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
  return x >= 0 ? 1 - upper : upper;
}

function shareBelow(micros: number, medianMicros: number): number {
  if (!Number.isFinite(micros)) return 1;
  return [body, tail].reduce(
    (sum, part) =>
      sum + part.share * normalCdf(Math.log(micros / (medianMicros * part.factor)) / part.spread),
    0,
  );
}

function distributionAround(medianMicros: number): LatencyDistribution {
  const shares = new Float64Array(binCount);
  let below = 0;
  let meanMicros = 0;
  upperBoundsMicros.forEach((upper, bin) => {
    const belowUpper = shareBelow(upper, medianMicros);
    const share = Math.max(0, belowUpper - below);
    // Beyond one in ten million: noise of the approximation, which would fill far-away bins over the days.
    shares[bin] = share < 1e-7 ? 0 : share;
    below = belowUpper;
  });
  const total = shares.reduce((sum, share) => sum + share, 0);
  shares.forEach((share, bin) => {
    shares[bin] = share / total;
    meanMicros += (share / total) * (binMicros[bin] ?? 0);
  });
  const firstBin = shares.findIndex((share) => share > 0);
  const lastBin = shares.findLastIndex((share) => share > 0);
  return { shares, firstBin, lastBin, meanMicros };
}

const levelsPerOctave = 4;
const lowestOctave = 2;
const highestOctave = 24;

/** Medians a quarter octave apart, 4 µs to 17 s: a step of the model costs a look-up, not an integral. */
const distributions: readonly LatencyDistribution[] = Array.from(
  { length: (highestOctave - lowestOctave) * levelsPerOctave + 1 },
  (_, level) => distributionAround(2 ** (lowestOctave + level / levelsPerOctave)),
);

/** The distribution with the median nearest to the given one. */
export function latencyDistribution(medianMicros: number): LatencyDistribution {
  const level = Math.round((Math.log2(medianMicros) - lowestOctave) * levelsPerOctave);
  const clamped = Math.min(Math.max(level, 0), distributions.length - 1);
  return distributions[clamped] as LatencyDistribution;
}
