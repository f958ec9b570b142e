import type { Threshold, ValueMapping } from './json.ts';

/** Green, and another color from each value on. */
export const rising = (
  ...steps: readonly (readonly [from: number, color: string])[]
): readonly Threshold[] => [
  { color: 'green', value: null },
  ...steps.map(([value, color]) => ({ color, value })),
];

/** Lines in a graph, without saying that all below them is good. */
export const lines = (...steps: readonly (readonly [at: number, color: string])[]): readonly Threshold[] => [
  { color: 'transparent', value: null },
  ...steps.map(([value, color]) => ({ color, value })),
];

/** Red below a value, green from it on. */
export const atLeast = (value: number): readonly Threshold[] => [
  { color: 'red', value: null },
  { color: 'green', value },
];

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
