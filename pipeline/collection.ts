import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { metricsOf } from '../receiver/columns.ts';

/**
 * What went through a pipeline at one reading. The same object is given to every exporter that asked at the same
 * moment, so it may serve as the key of a cache, and nobody may change it.
 */
export interface Collection {
  /** The time of the reading, ms since the epoch. */
  readonly readAtMs: number;
  /**
   * All but the numbers, as processors left it; see receiver/columns.ts. The same object as in the collection before where
   * nothing else changed.
   */
  readonly layout: ResourceMetrics;
  readonly values: Float64Array;
  /** All of it in OpenTelemetry's own form, made when it is first asked for. */
  readonly resourceMetrics: ResourceMetrics;
}

export function createCollection(
  readAtMs: number,
  layout: ResourceMetrics,
  values: Float64Array,
): Collection {
  let made: ResourceMetrics | undefined;
  return {
    readAtMs,
    layout,
    values,
    get resourceMetrics() {
      const { resource, scopeMetrics } = layout;
      return (made ??= { resource, scopeMetrics: metricsOf({ layout: scopeMetrics, values }) });
    },
  };
}
