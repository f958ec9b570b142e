/**
 * A request taken apart into its data points. Works on what was serialized, so that nothing is serialized twice, and that
 * a payload can still be cut when the metrics it was made of are gone.
 */

/** What a data point is wrapped in: the request, the resource, the scope, the metric, the metric's data. */
export interface Level {
  /** What it adds at most to the bytes of what is in it. */
  readonly ownBytes: number;
  /** The level with these in it. */
  wrap(inner: readonly Uint8Array[]): Uint8Array;
}

export interface WirePoint {
  /** From the request inwards; points under the same level share the object. */
  readonly path: readonly Level[];
  readonly bytes: Uint8Array;
}

/** JSON has a comma between two of anything. */
const separatorBytes = 1;

/**
 * Deals points out, in order, to as few parts as `maxBytes` allows, of about the same size: a nearly empty last one would
 * cost a request too.
 */
export function dealPoints(
  points: readonly WirePoint[],
  maxBytes: number,
): readonly (readonly WirePoint[])[] {
  const wholeBytes = points.reduce((sum, point, index) => sum + addedBytes(point, points[index - 1]), 0);
  // Each part begins with the levels of its first point, again.
  const repeatedBytes = points.reduce((most, { path }) => Math.max(most, ownBytesOf(path)), 0);
  const fewestParts = Math.ceil(wholeBytes / Math.max(1, maxBytes - repeatedBytes));
  const fairBytes = wholeBytes / fewestParts + repeatedBytes;
  const parts: WirePoint[][] = [];
  let part: WirePoint[] = [];
  let partBytes = 0;
  for (const point of points) {
    const grownBytes = partBytes + addedBytes(point, part.at(-1));
    if (part.length > 0 && (partBytes >= fairBytes || grownBytes > maxBytes)) {
      parts.push(part);
      part = [];
    }
    partBytes = part.length === 0 ? addedBytes(point, undefined) : grownBytes;
    part.push(point);
  }
  return part.length === 0 ? parts : [...parts, part];
}

const ownBytesOf = (path: readonly Level[]): number => path.reduce((sum, { ownBytes }) => sum + ownBytes, 0);

/** What a point adds to a part: itself, and the levels that the point before it is not under. */
function addedBytes({ path, bytes }: WirePoint, before: WirePoint | undefined): number {
  return path.reduce(
    (sum, level, depth) => (before?.path[depth] === level ? sum : sum + level.ownBytes),
    bytes.byteLength + separatorBytes,
  );
}

/** A request of these points, which must not be none. */
export function joinPoints(points: readonly WirePoint[]): Uint8Array {
  const [request] = wrapped(points, 0);
  if (request === undefined) throw new Error('expected at least one data point');
  return request;
}

/** The points in their levels from `depth` inwards: one for each run of points under the same level. */
function wrapped(points: readonly WirePoint[], depth: number): readonly Uint8Array[] {
  const done: Uint8Array[] = [];
  for (let from = 0; from < points.length;) {
    const level = points[from]?.path[depth];
    if (level === undefined) return points.map(({ bytes }) => bytes);
    let to = from + 1;
    while (points[to]?.path[depth] === level) to += 1;
    done.push(level.wrap(wrapped(points.slice(from, to), depth + 1)));
    from = to;
  }
  return done;
}
