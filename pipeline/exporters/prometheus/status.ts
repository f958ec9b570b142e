import type { ReadErrorType } from '../../../receiver/nvme/source.ts';
import type { ExceededRatios } from '../../../receiver/nvme/metrics.ts';
import type { VolumeKind } from '../../../receiver/nvme/statistics.ts';
import type { ExporterContext } from '../../component.ts';

/** What the server tells beside metrics: whether the collector is well, and what it is looking at. */

export interface Health {
  readonly ready: boolean;
  /** What is missing, a line each; empty when ready. */
  readonly reasons: readonly string[];
}

/** How the last reading of a volume went. */
export type VolumeState =
  | { readonly state: 'up'; readonly queueLength: number; readonly exceeded: ExceededRatios | undefined }
  | { readonly state: 'error'; readonly errorType: ReadErrorType; readonly message: string };

export interface VolumeStatus {
  readonly kind: VolumeKind;
  readonly id: string;
  readonly device: string;
  readonly reading: VolumeState;
}

export interface ExporterStatus {
  /** `otlphttp/grafana` */
  readonly id: string;
  /** What is missing, in a few words; undefined when ready. */
  readonly notReady: string | undefined;
}

export interface PipelineStatus {
  /** `metrics` */
  readonly id: string;
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly ExporterStatus[];
}

/** The collector at this moment, for people. */
export interface StatusView {
  readonly version: string;
  readonly uptimeSeconds: number;
  /** The volumes are made up. */
  readonly simulated: boolean;
  readonly volumes: readonly VolumeStatus[];
  readonly pipelines: readonly PipelineStatus[];
}

export interface PrometheusContext extends ExporterContext {
  health(): Health;
  status(): StatusView;
}
