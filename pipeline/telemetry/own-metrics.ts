import type { Meter } from '@opentelemetry/api';
import { MeterProvider, type ScopeMetrics } from '@opentelemetry/sdk-metrics';
import { PullReader } from '../../receiver/pull-reader.ts';
import { observeProcess } from './process-metrics.ts';

/** The instrumentation scope of the collector's metrics on itself. */
export const ownScopeName = 'ebs-nvme-collector';

/** The collector's metrics on itself: one meter for all components, for the life of the process. */
export interface OwnMetrics {
  readonly meter: Meter;
  collect(): Promise<ScopeMetrics[]>;
}

export function createOwnMetrics(version: string): OwnMetrics {
  const reader = new PullReader();
  const meter = new MeterProvider({ readers: [reader] }).getMeter(ownScopeName, version);
  observeProcess(meter);
  return {
    meter,
    async collect() {
      return (await reader.collect()).resourceMetrics.scopeMetrics;
    },
  };
}
