/** Edit distance where swapping two neighbours counts as one step (optimal string alignment): typos are often swaps. */
export function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let steps = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        steps = Math.min(steps, (beforePrevious[column - 2] ?? 0) + 1);
      }
      current.push(steps);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}

const longestCompared = 64;
const simplified = (name: string): string => name.toLowerCase().replaceAll(/[-_. ]/g, '');

/**
 * The known name that was probably meant: the same but for case and separators, within a third of its letters, or
 * the beginning of it (`otlp` for `otlphttp`).
 */
export function closest(name: string, known: readonly string[]): string | undefined {
  if (name.length > longestCompared) return undefined;
  const plain = simplified(name);
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of known) {
    const distance = editDistance(plain, simplified(candidate));
    if (distance > Math.floor((candidate.length + 1) / 3)) continue;
    if (best === undefined || distance < best.distance) best = { candidate, distance };
  }
  if (best !== undefined) return best.candidate;
  if (plain.length < 3) return undefined;
  return known.find((candidate) => simplified(candidate).startsWith(plain));
}

/** What follows `unknown …`: `: did you mean "endpoint"?`, or the names there are. */
export function suggestion(name: string, known: readonly string[]): string {
  const meant = closest(name, known);
  if (meant !== undefined) return `: did you mean "${meant}"?`;
  return known.length === 0 ? '' : `; known: ${known.join(', ')}`;
}
