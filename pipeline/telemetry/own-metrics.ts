import type { Meter } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { Columns } from '../../receiver/columns.ts';
import { createLayOut } from '../../receiver/lay-out.ts';
import { gaugesOfNow, PullReader } from './pull-reader.ts';
import { createClockEras } from './clock-eras.ts';
import { observeProcess } from './process-metrics.ts';

/** The instrumentation scope of the collector's metrics on itself. */
export const ownScopeName = 'ebs-nvme-collector';

/** The collector's metrics on itself: one meter for all components, for the life of the process. */
export interface OwnMetrics {
  readonly meter: Meter;
  /** Who asks while somebody else's collection is under way is given that. */
  collect(): Promise<Columns>;
}

export function createOwnMetrics(version: string): OwnMetrics {
  const eras = createClockEras(() => Date.now());
  const reader = new PullReader({ aggregationTemporalitySelector: gaugesOfNow });
  const meter = new MeterProvider({ readers: [reader], views: [eras.view] }).getMeter(ownScopeName, version);
  observeProcess(meter);
  const layOut = createLayOut({ gaugesBeginAnew: true });
  let running: Promise<Columns> | undefined;
  return {
    meter,
    // Of two collections at once the SDK would give one all gauges and the other none.
    collect() {
      running ??= eras
        .collecting(() => reader.collect())
        .then(({ resourceMetrics }) => layOut(eras.removeFrom(resourceMetrics.scopeMetrics)))
        .finally(() => (running = undefined));
      return running;
    },
  };
}
