/** Of a ratio. Rounded to a millionth, so that 0.07 is 7 and not 7.000000000000001. */
export const percent = (ratio: number): number => Math.round(ratio * 1e8) / 1e6;
