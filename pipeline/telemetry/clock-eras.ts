import type { Attributes } from '@opentelemetry/api';
import {
  DataPointType,
  InstrumentType,
  type GaugeMetricData,
  type MetricData,
  type ScopeMetrics,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';

/**
 * Of two values of one gauge the SDK keeps the one that is later by the wall clock (its aggregator/LastValue.ts). Where
 * the clock was set back by an hour, gauges would say for an hour what they said then. So they are other series for the
 * SDK from that moment on, told apart by an attribute that nobody else sees.
 */
export interface ClockEras {
  readonly view: ViewOptions;
  /** Around each collection: whether the clock was set back since the one before. */
  collecting<T>(collect: () => Promise<T>): Promise<T>;
  /** What was collected, without the attribute. */
  removeFrom(scopes: ScopeMetrics[]): ScopeMetrics[];
}

const eraAttribute = 'clock.era';

/** @param wallNow Date.now(), which is what the SDK asks too */
export function createClockEras(wallNow: () => number): ClockEras {
  let era = 0;
  let latestMs = -Infinity;
  const lookAtClock = (): void => {
    const nowMs = wallNow();
    if (nowMs < latestMs) era++;
    latestMs = nowMs;
  };

  const withoutEra = (metric: GaugeMetricData): GaugeMetricData => ({
    ...metric,
    dataPoints: metric.dataPoints.map((point) => {
      const { [eraAttribute]: _era, ...attributes } = point.attributes;
      return { ...point, attributes };
    }),
  });
  const removeFromMetric = (metric: MetricData): MetricData =>
    metric.dataPointType === DataPointType.GAUGE ? withoutEra(metric) : metric;

  return {
    view: {
      instrumentType: InstrumentType.OBSERVABLE_GAUGE,
      attributesProcessors: [
        {
          process: (attributes: Attributes) =>
            era === 0 ? attributes : { ...attributes, [eraAttribute]: era },
        },
      ],
    },
    async collecting(collect) {
      lookAtClock();
      try {
        return await collect();
      } finally {
        // Where it was set back in between, some of the values are of an era that is over: not of the next one.
        lookAtClock();
      }
    },
    removeFrom: (scopes) =>
      era === 0
        ? scopes
        : scopes.map(({ scope, metrics }) => ({ scope, metrics: metrics.map(removeFromMetric) })),
  };
}
