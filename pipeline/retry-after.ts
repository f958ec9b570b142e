/** A date that a wrong clock made, there or here, may be years away: nobody would notice why nothing is asked any more. */
const longestMs = 3_600_000;

/**
 * When to come back, ms from now: what an answer's `Retry-After` says in seconds or as a date. RFC 9110, section 10.2.3.
 * @param wallNowMs since the epoch, for a date
 */
export function parseRetryAfterMs(header: string | undefined, wallNowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const afterMs = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - wallNowMs;
  return Number.isNaN(afterMs) ? undefined : Math.min(longestMs, Math.max(0, afterMs));
}
