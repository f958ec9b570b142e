import type { HrTime } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import {
  AggregationTemporality,
  DataPointType,
  type Histogram,
  type HistogramMetricData,
  type MetricData,
  type ResourceMetrics,
  type ScopeMetrics,
  type SumMetricData,
} from '@opentelemetry/sdk-metrics';
import { counterArithmetic, histogramArithmetic } from './gain.ts';
import { later } from './moment.ts';
import type { SavedState } from './saved-state.ts';
import { createSeriesStore } from './series-store.ts';

export interface DeltaOptions {
  /** Nothing of what began after this moment was sent yet: when the process started, or what was sent before ended. */
  readonly since: HrTime;
  /** What the kernel calls this boot; start times in a state that another boot saved are not compared with those of now. */
  readonly bootId: string;
  /** Where what was sent before ended; undefined where nobody knows. */
  readonly restored?: SavedState | undefined;
  /**
   * How many counters, and how many histograms, may be missing from collections before those missing longest are
   * forgotten. One that is forgotten and comes back with the start it had begins anew: what it gained meanwhile is lost.
   * The default has room for every series of 512 volumes that cannot be read, and as many that are gone for good.
   */
  readonly maxMissing?: number;
}

/** What a collection adds to all that was taken over before. */
export interface Delta {
  readonly metrics: ResourceMetrics;
  /** What to restore from once this delta is taken over. */
  stateAfter(): SavedState;
  /**
   * Whoever got the metrics answers for them from here on. Not called, the next delta has what this one has.
   * @throws where another delta was computed since, or this one was taken over already: it would count twice
   */
  commit(): void;
}

/**
 * Makes deltas of cumulative metrics, for one backend. The sum of the deltas that were taken over is the change of the
 * cumulative values, through readings that fail, pushes that fail, attachments, resets and restarts.
 */
export interface DeltaConverter {
  /** Changes nothing that was given; gauges and sums that may fall are passed on as they are. */
  compute(metrics: ResourceMetrics): Delta;
}

const roomForMissing = 10_240;
const everything: HrTime = [0, 0];

export function createDeltaConverter({
  since,
  bootId,
  restored,
  maxMissing = roomForMissing,
}: DeltaOptions): DeltaConverter {
  const sameBoot = restored?.bootId === bootId;
  const startsKnownAfter = restored === undefined || sameBoot ? everything : since;
  let nothingSentAfter = restored !== undefined && sameBoot ? restored.nothingSentAfter : since;
  const sums = createSeriesStore<number, SumMetricData>(counterArithmetic, maxMissing, restored?.sums ?? []);
  const histograms = createSeriesStore<Histogram, HistogramMetricData>(
    histogramArithmetic,
    maxMissing,
    restored?.histograms ?? [],
  );
  let latest: symbol | undefined;

  const deltaOf = (scope: InstrumentationScope, metric: MetricData): MetricData | undefined => {
    if (metric.aggregationTemporality !== AggregationTemporality.CUMULATIVE) return metric;
    const trust = { nothingSentAfter, startsKnownAfter };
    switch (metric.dataPointType) {
      case DataPointType.SUM:
        // Of a sum that may fall OpenTelemetry's preference for deltas wants the value: it is read like a gauge.
        return metric.isMonotonic ? sums.compute({ scope, metric }, trust) : metric;
      case DataPointType.HISTOGRAM:
        return histograms.compute({ scope, metric }, trust);
      case DataPointType.GAUGE:
      // No instrument of the collector makes one: it stays cumulative, and says so.
      case DataPointType.EXPONENTIAL_HISTOGRAM:
        return metric;
    }
  };

  /** In scopes of its own: what it is of may be gone with its whole scope. */
  const leftOver = (): ScopeMetrics[] =>
    [...sums.leftOver(), ...histograms.leftOver()].map(({ scope, metric }) => ({ scope, metrics: [metric] }));

  return {
    compute({ resource, scopeMetrics }) {
      sums.beginCollection();
      histograms.beginCollection();
      const changed = scopeMetrics.map(({ scope, metrics }) => ({
        scope,
        metrics: metrics.map((metric) => deltaOf(scope, metric)).filter((metric) => metric !== undefined),
      }));
      const all = [...changed.filter(({ metrics }) => metrics.length > 0), ...leftOver()];
      const own = Symbol('delta');
      latest = own;
      return {
        metrics: { resource, scopeMetrics: all },
        stateAfter: () => {
          assertLatest(own, latest);
          return { bootId, nothingSentAfter, sums: sums.saved(), histograms: histograms.saved() };
        },
        commit: () => {
          assertLatest(own, latest);
          latest = undefined;
          for (const forgotten of [sums.commit(), histograms.commit()]) {
            if (forgotten !== undefined) nothingSentAfter = later(nothingSentAfter, forgotten);
          }
        },
      };
    },
  };
}

function assertLatest(own: symbol, latest: symbol | undefined): void {
  if (own !== latest) {
    throw new Error(
      'a delta can be taken over once, and before the next one is computed: it would count twice',
    );
  }
}
