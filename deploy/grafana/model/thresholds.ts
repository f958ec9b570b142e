import type { Threshold, ValueMapping } from './json.ts';

type Step = readonly [from: number, color: string];

const beginningWith =
  (color: string) =>
  (...steps: readonly Step[]): readonly Threshold[] => [
    { color, value: null },
    ...steps.map(([value, next]) => ({ color: next, value })),
  ];

/** Green, and another color from each value on. */
export const rising = beginningWith('green');

/** Lines in a graph, without saying that all below them is good. */
export const lines = beginningWith('transparent');

const daySeconds = 86_400;

/** Seconds that are left: a day is too few, a week is enough. */
export const timeLeft = beginningWith('red')([daySeconds, 'orange'], [7 * daySeconds, 'green']);

/** Anything but none is wrong. */
export const none = rising([1, 'red']);

/** Words for values. */
export function words(
  values: Readonly<Record<string, readonly [text: string, color: string]>>,
): readonly ValueMapping[] {
  return [
    {
      type: 'value',
      options: Object.fromEntries(
        Object.entries(values).map(([value, [text, color]], index) => [value, { text, color, index }]),
      ),
    },
  ];
}
