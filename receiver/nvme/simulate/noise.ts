/** Randomness as a function of where one asks: the same seed and place give the same value, in any order of asking. */

function mix(bits: number, value: number): number {
  let mixed = Math.imul(bits ^ Math.imul(value, 0xcc9e2d51), 0x1b873593);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** Evenly spread over [0, 1). MurmurHash3's mixing of 32 bits, once for each of the two. */
export function hash(seed: number, stream: number, index: number): number {
  return (mix(mix(seed, stream), index) >>> 0) / 2 ** 32;
}

/**
 * Wanders between -1 and 1 without jumps: values at every `spacing` steps, joined smoothly. Repeats after `period`
 * steps, a multiple of the spacing.
 */
export function wander(seed: number, stream: number, step: number, spacing: number, period: number): number {
  const knot = Math.floor(step / spacing);
  const from = hash(seed, stream, knot);
  const to = hash(seed, stream, (knot + 1) % (period / spacing));
  const way = step / spacing - knot;
  const eased = way * way * (3 - 2 * way);
  return 2 * (from + (to - from) * eased) - 1;
}
