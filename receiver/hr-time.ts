import type { HrTime } from '@opentelemetry/api';

/** @param epochMs since the epoch, with fractions */
export function hrTimeOf(epochMs: number): HrTime {
  const seconds = Math.floor(epochMs / 1000);
  return [seconds, Math.round((epochMs - seconds * 1000) * 1e6)];
}
