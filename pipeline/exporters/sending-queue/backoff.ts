import type { RetryOnFailureConfig } from './config.ts';

export type BackoffSettings = Pick<
  RetryOnFailureConfig,
  'initial_interval' | 'randomization_factor' | 'multiplier' | 'max_interval'
>;

/** Node's timers take no more: a longer one fires at once. */
const longestTimerMs = 2 ** 31 - 1;

/** How long to wait after the `failures`-th failure in a row (from 1), before the jitter. */
export function intervalMs(
  { initial_interval, multiplier, max_interval }: BackoffSettings,
  failures: number,
): number {
  return Math.min(max_interval, initial_interval * multiplier ** (failures - 1));
}

/**
 * The same with jitter, so that ten thousand nodes do not come back at the same moment, and not before the backend
 * wants to be asked again (RFC 9110, section 10.2.3).
 * @param random 0 to 1
 */
export function retryDelayMs(
  settings: BackoffSettings,
  failures: number,
  random: number,
  retryAfterMs = 0,
): number {
  const jitter = 1 + settings.randomization_factor * (2 * random - 1);
  const delayMs = Math.max(intervalMs(settings, failures) * jitter, retryAfterMs);
  return Math.min(longestTimerMs, Math.ceil(delayMs));
}
