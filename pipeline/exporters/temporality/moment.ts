import type { HrTime } from '@opentelemetry/api';

/** Negative where `a` is before `b`, 0 where they are the same moment. */
export function compareMoments(a: HrTime, b: HrTime): number {
  return a === b ? 0 : a[0] - b[0] || a[1] - b[1];
}

export const isAfter = (a: HrTime, b: HrTime): boolean => compareMoments(a, b) > 0;
export const earlier = (a: HrTime, b: HrTime): HrTime => (isAfter(a, b) ? b : a);
export const later = (a: HrTime, b: HrTime): HrTime => (isAfter(b, a) ? b : a);
