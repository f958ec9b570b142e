import type { Meter } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Collection as Received } from '../receiver/collection.ts';
import type { Reading } from '../receiver/nvme/reading.ts';
import type { Collection } from './collection.ts';
import type { Estate } from './exporters/estate.ts';
import type { Logger } from './telemetry/logger.ts';

/** Brings metrics in. Knows no exporter. */
export interface Receiver {
  /** Reads now, or shares a reading younger than its `min_interval`. */
  collect(): Promise<Received>;
  /** What was read last, for people; undefined before the first reading. */
  latest(): Reading | undefined;
  readonly simulated: boolean;
  shutdown(): Promise<void>;
}

/**
 * Changes what a pipeline carries, but for its numbers, which are places of them (receiver/columns.ts). A function of
 * values: gives back a new object, never writes into the old one; the same where nothing that it knows changed.
 */
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
