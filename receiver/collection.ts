import type { ScopeMetrics } from '@opentelemetry/sdk-metrics';

/** What a receiver made of one reading. */
export interface Collection {
  /** When it was, ms since the epoch. */
  readonly readAtMs: number;
  readonly scopeMetrics: readonly ScopeMetrics[];
}
