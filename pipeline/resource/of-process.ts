import type { OtelEnvironment } from '../config/otel-env.ts';
import type { RecordApiCall } from '../telemetry/api-metrics.ts';
import type { Logger } from '../telemetry/logger.ts';
import { unrefTimer, type SetTimer } from '../timer.ts';
import type { ResourceAttributes } from './attributes.ts';
import { createResourceDetector, type ResourceDetector } from './detect.ts';
import { createMetadataQuery, type QueryMetadata } from './imds.ts';
import { thisMachine } from './machine.ts';

export interface ProcessResourceOptions {
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly otel: OtelEnvironment;
  /** The configuration's `service.telemetry.resource`. */
  readonly configured: ResourceAttributes;
  /** False where the volumes are simulated: the machine may be anywhere, and no instance is behind its numbers. */
  readonly askMetadata: boolean;
  readonly record: RecordApiCall;
  readonly logger: Logger;
  /** By default a timer that keeps no process alive. */
  readonly setTimer?: SetTimer;
}

const neverAsk: QueryMetadata = async () => ({
  ok: false,
  reason: 'the volumes are simulated',
  retry: false,
});

/** The resource of this process on this machine. */
export function resourceDetector(options: ProcessResourceOptions): ResourceDetector {
  const { version, env, otel, configured, askMetadata, record, logger, setTimer = unrefTimer } = options;
  const presetEndpoint = (env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] ?? '') !== '';
  return createResourceDetector({
    known: {
      version,
      machine: thisMachine('/sys'),
      otel,
      nodeName: env['NODE_NAME'],
      clusterId: env['CLUSTER_ID'],
      configured,
    },
    queryMetadata: askMetadata || presetEndpoint ? createMetadataQuery({ env, record }) : neverAsk,
    logger,
    setTimer,
  });
}
