/** What is made of samples. Medians, as the machine is shared and a mean follows its worst moment. */

export interface Summary {
  readonly median: number;
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
  readonly samples: number;
}

function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/** Of no samples, everything is NaN. */
export function summarize(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    lowerQuartile: quantile(sorted, 0.25),
    upperQuartile: quantile(sorted, 0.75),
    samples: sorted.length,
  };
}

export interface Line {
  readonly intercept: number;
  readonly slope: number;
  /** Share of the variance that the line explains: 1 where every point lies on it. */
  readonly rSquared: number;
}

/** The line of least squares through at least two points. */
export function fitLine(points: readonly (readonly [x: number, y: number])[]): Line {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const sumOf = (term: (x: number, y: number) => number) =>
    points.reduce((sum, [x, y]) => sum + term(x - meanX, y - meanY), 0);
  const slope = sumOf((x, y) => x * y) / sumOf((x) => x * x);
  const total = sumOf((_, y) => y * y);
  const left = sumOf((x, y) => (y - slope * x) ** 2);
  return { intercept: meanY - slope * meanX, slope, rSquared: total === 0 ? 1 : 1 - left / total };
}
