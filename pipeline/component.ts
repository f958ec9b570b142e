import type { Meter } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ResourceMetrics, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import type { Reading } from '../receiver/nvme/reading.ts';
import type { Estate } from './exporters/estate.ts';
import type { Logger } from './telemetry/logger.ts';

/**
 * What went through a pipeline at one reading. The same object is given to every exporter that asked at the same
 * moment, so it may serve as the key of a cache, and nobody may change it.
 */
export interface Collection {
  /** The time of the reading, ms since the epoch. */
  readonly readAtMs: number;
  readonly resourceMetrics: ResourceMetrics;
}

/** Brings metrics in. Knows no exporter. */
export interface Receiver {
  /** Reads now, or shares a reading younger than its `min_interval`. */
  collect(): Promise<{ readonly readAtMs: number; readonly scopeMetrics: readonly ScopeMetrics[] }>;
  /** What was read last, for people; undefined before the first reading. */
  latest(): Reading | undefined;
  readonly simulated: boolean;
  shutdown(): Promise<void>;
}

/** Changes what a pipeline carries. A function of values: gives back a new object, never writes into the old one. */
export interface Processor {
  (metrics: ResourceMetrics): ResourceMetrics;
  /** Ends what goes on beside, where something does. */
  readonly shutdown?: () => Promise<void>;
}

/** What a component is given to live on. */
export interface ComponentContext {
  /** `otlphttp/grafana`: type and name as in the configuration. */
  readonly id: string;
  readonly logger: Logger;
  /** For the collector's metrics on itself (`ebs.collector.*`). */
  readonly meter: Meter;
}

export interface ExporterContext extends ComponentContext {
  /**
   * Asks the pipeline for what there is now. Many askers at one moment share one reading.
   * @throws when the collection as a whole failed
   */
  collect(): Promise<Collection>;
  /** What is known of the machine and the process; changes once instance metadata has answered. */
  resource(): Resource;
  /** How often to push where the exporter's own configuration does not say, ms. */
  readonly collectionIntervalMs: number;
  /**
   * Of what began after this moment (ms since the epoch) nobody has sent anything yet, under no configuration: when the
   * process started, or the configuration changed last.
   */
  readonly nothingSentAfterMs: number;
}

/** Takes metrics out. Knows no device. */
export interface Exporter {
  /**
   * Resolves when the exporter works; rejects where it never will (a port that is taken).
   * @param estate what the one of its name left, under the configuration before
   */
  start(estate?: Estate): Promise<void>;
  /** Undefined when ready, else what is missing, in a few words. */
  notReady(): string | undefined;
  /** Sends what is due, within `timeoutMs`, and releases everything. */
  shutdown(timeoutMs: number): Promise<void>;
  /**
   * In the place of `shutdown`, where another one of its name comes: ends what is under way, within `timeoutMs`, releases
   * everything and leaves the rest to that one. One that did not start leaves what it was left.
   */
  readonly handOver?: (timeoutMs: number) => Promise<Estate | undefined>;
}
