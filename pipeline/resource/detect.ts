import { isDeepStrictEqual } from 'node:util';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import type { OtelEnvironment } from '../config/otel-env.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { SetTimer } from '../timer.ts';
import { present, resourceAttribute as name, type ResourceAttributes } from './attributes.ts';
import type { QueryMetadata } from './imds.ts';
import type { InstanceIdentity } from './instance-identity.ts';
import type { Machine } from './machine.ts';
import { productName } from './version.ts';

export interface KnownAtOnce {
  readonly version: string;
  readonly machine: Machine;
  /** `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`. */
  readonly otel: Pick<OtelEnvironment, 'serviceName' | 'resourceAttributes'>;
  /** `NODE_NAME`, from the downward API. */
  readonly nodeName: string | undefined;
  /** `CLUSTER_ID`. */
  readonly clusterId: string | undefined;
  /** The configuration's `service.telemetry.resource`: wins over all. */
  readonly configured: ResourceAttributes;
}

/**
 * What the metrics are about: who collects, on which machine, where.
 *
 * `service.instance.id` must stay the same for as long as the node lives, or every restart would begin new series. So it
 * is taken from what is known without a network: the instance's id by its firmware, else the node's name, else the
 * host's. It does not change when instance metadata answers.
 */
export function assembleAttributes(
  known: KnownAtOnce,
  identity: InstanceIdentity | undefined,
): ResourceAttributes {
  const { machine, otel, configured } = known;
  const given = otel.resourceAttributes;
  // A variable that is set to nothing says nothing.
  const nodeName = given[name.k8sNodeName] || known.nodeName;
  const onEc2 = machine.instance !== undefined || identity !== undefined;
  // A pod's own host name is the pod's.
  const hostName = given[name.hostName] || nodeName || machine.hostName;
  const stableId = given[name.hostId] || machine.instance?.instanceId || nodeName || hostName;
  return {
    ...present({
      [name.serviceName]: productName,
      [name.serviceVersion]: known.version,
      [name.serviceInstanceId]: stableId,
      [name.hostId]: identity?.instanceId ?? machine.instance?.instanceId,
      [name.hostName]: hostName,
      [name.hostType]: identity?.instanceType ?? machine.instance?.instanceType,
      [name.hostArch]: machine.arch,
      [name.cloudProvider]: onEc2 ? 'aws' : undefined,
      [name.cloudPlatform]: onEc2 ? 'aws_ec2' : undefined,
      [name.cloudRegion]: identity?.region,
      [name.cloudAvailabilityZone]: identity?.availabilityZone,
      [name.cloudAccountId]: identity?.accountId,
      [name.k8sNodeName]: nodeName,
      [name.k8sClusterName]: known.clusterId,
    }),
    ...present(given),
    ...present({ [name.serviceName]: otel.serviceName }),
    ...present(configured),
  };
}

export interface ResourceDetectorOptions {
  readonly known: KnownAtOnce;
  readonly queryMetadata: QueryMetadata;
  readonly logger: Logger;
  readonly setTimer: SetTimer;
}

export interface ResourceDetector {
  /** The same object until more is known. */
  current(): Resource;
  /** Resolves when instance metadata answered for the first time, or did not within its 800 ms. Never rejects. */
  readonly settled: Promise<void>;
  /** Other attributes by the configuration from now on: it was reloaded. */
  configure(configured: ResourceAttributes): void;
  stop(): void;
}

/** Off EC2 nothing answers at the metadata address: this is what every start there costs. */
const metadataBudgetMs = 800;
/** Metadata can be late while an instance boots. */
const retryDelaysMs = [10_000, 20_000, 40_000, 80_000, 160_000];

export function createResourceDetector(options: ResourceDetectorOptions): ResourceDetector {
  const { queryMetadata, logger, setTimer } = options;
  const stopped = new AbortController();
  let { known } = options;
  let identity: InstanceIdentity | undefined;
  let resource = resourceFromAttributes(assembleAttributes(known, identity));
  let cancelRetry = (): void => {};

  const attempt = async (retries: readonly number[]): Promise<void> => {
    const budget = new AbortController();
    const cancelBudget = setTimer(() => budget.abort(), metadataBudgetMs);
    const outcome = await queryMetadata(AbortSignal.any([stopped.signal, budget.signal]));
    cancelBudget();
    if (stopped.signal.aborted) return;
    if (outcome.ok) {
      ({ identity } = outcome);
      resource = resourceFromAttributes(assembleAttributes(known, identity));
      const { instanceId, instanceType, availabilityZone } = identity;
      logger.info('instance metadata answered', {
        instance: instanceId,
        type: instanceType,
        availability_zone: availabilityZone,
      });
      return;
    }
    const [delayMs, ...later] = outcome.retry ? retries : [];
    // Off EC2 this is as it should be; on EC2 somebody will miss the region.
    const level = known.machine.instance === undefined ? 'debug' : 'info';
    logger[level]('no instance metadata', { reason: outcome.reason, next_attempt_ms: delayMs });
    if (delayMs !== undefined) cancelRetry = setTimer(() => void attempt(later), delayMs);
  };

  return {
    current: () => resource,
    settled: attempt(retryDelaysMs),
    configure: (configured) => {
      if (isDeepStrictEqual(configured, known.configured)) return;
      known = { ...known, configured };
      resource = resourceFromAttributes(assembleAttributes(known, identity));
    },
    stop: () => {
      stopped.abort();
      cancelRetry();
    },
  };
}
