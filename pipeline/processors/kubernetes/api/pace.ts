/** How fast one node may ask, whatever it wants to know: 10,000 of them ask the same servers. */
export interface Pace {
  /** How long to wait before the next request, ms. */
  waitMs(): number;
  /** A request goes out. */
  take(): void;
  succeeded(): void;
  /** The server is in trouble, or wants to be left alone for `retryAfterMs`. */
  failed(retryAfterMs?: number): void;
}

export interface PaceOptions {
  readonly requestsPerSecond: number;
  readonly burst: number;
  readonly nowMs: () => number;
  /** 0 to 1. */
  readonly random: () => number;
}

const firstBackoffMs = 1000;
const longestBackoffMs = 5 * 60_000;

/**
 * A bucket of tokens, and waits that double while requests fail. Half of a wait is left to chance: nodes whose server comes
 * back are not to ask it all at once.
 */
export function createPace({ requestsPerSecond, burst, nowMs, random }: PaceOptions): Pace {
  let tokens = burst;
  let filledAtMs = nowMs();
  let failures = 0;
  let notBeforeMs = 0;

  const fill = (): void => {
    const now = nowMs();
    tokens = Math.min(burst, tokens + ((now - filledAtMs) / 1000) * requestsPerSecond);
    filledAtMs = now;
  };

  return {
    waitMs() {
      fill();
      // A token is whole but for what floating point makes of it.
      const forTokenMs = tokens > 1 - 1e-6 ? 0 : ((1 - tokens) / requestsPerSecond) * 1000;
      return Math.ceil(Math.max(forTokenMs, notBeforeMs - nowMs(), 0));
    },
    take() {
      fill();
      tokens -= 1;
    },
    succeeded() {
      failures = 0;
    },
    failed(retryAfterMs = 0) {
      const backoffMs = Math.min(longestBackoffMs, firstBackoffMs * 2 ** failures);
      failures += 1;
      const spreadMs = backoffMs * (0.5 + random() / 2);
      // Never sooner than asked to, and never again a whole hour later because a server says so.
      notBeforeMs =
        nowMs() + Math.max(spreadMs, Math.min(retryAfterMs, longestBackoffMs) * (1 + random() / 2));
    },
  };
}

/** A time that nodes which started together do not share: up to 10 % sooner or later. */
export function jittered(intervalMs: number, random: () => number): number {
  return intervalMs * (0.9 + random() * 0.2);
}
