/** What holds for the intervals of every receiver, for `refine`. */

export const intervalKeys = ['min_interval', 'collection_interval'] as const;

export function intervalProblem({
  min_interval,
  collection_interval,
}: Readonly<Record<(typeof intervalKeys)[number], number>>): string | undefined {
  return min_interval <= collection_interval
    ? undefined
    : 'min_interval is longer than collection_interval: pushes would repeat old readings; make it shorter or equal';
}
