import { listPodNames } from '../../../receiver/kubelet/pod-names.ts';
import { createPodVolumeLister } from '../../../receiver/kubelet/pod-volumes.ts';
import type { ComponentContext, Processor } from '../../component.ts';
import { globMatcher } from '../../config/glob.ts';
import { createApiRecorder } from '../../telemetry/api-metrics.ts';
import { unrefTimer, type SetTimer } from '../../timer.ts';
import { memoize } from '../memoize.ts';
import { inClusterAccess, type ApiAccess } from './api/access.ts';
import { createApiClient, type ApiClient } from './api/client.ts';
import { kubeconfigAccess } from './api/kubeconfig.ts';
import { createLookups, type Lookups } from './api/lookups.ts';
import { createPace } from './api/pace.ts';
import { createRequestQueue, type RequestQueue } from './api/request-queue.ts';
import { createOwnerAttacher } from './attach-owners.ts';
import type { KubernetesProcessorConfig } from './config.ts';
import { devicesInStream } from './drift/devices-in-stream.ts';
import { createDriftWatch } from './drift/drift-watch.ts';
import { createNodeDevices } from './drift/node-devices.ts';
import { createOwnerWatch } from './owner-watch.ts';
import { createOwnerTelemetry } from './self-telemetry.ts';

/** What a test puts in the place of the machine. */
export interface KubernetesDependencies {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly setTimer: SetTimer;
  /** Of a clock that only goes forward, ms. */
  readonly nowMs: () => number;
  readonly random: () => number;
  /** Where a pod's service account is, if not where Kubernetes puts it. */
  readonly serviceAccountPath?: string;
}

const machine: KubernetesDependencies = {
  env: process.env,
  setTimer: unrefTimer,
  nowMs: () => performance.now(),
  random: Math.random,
};

/** How long the first look through the kubelet's folder may keep the collector from starting. */
const firstScanMs = 2_000;

interface Api {
  readonly client: ApiClient;
  readonly queue: RequestQueue;
  readonly lookups: Lookups;
}

async function findAccess(
  config: KubernetesProcessorConfig,
  { env, serviceAccountPath: folder }: KubernetesDependencies,
  { logger }: Pick<ComponentContext, 'logger'>,
  onReload: () => void,
): Promise<ApiAccess | undefined> {
  const { enabled, kubeconfig, context } = config.api;
  if (!enabled) return undefined;
  if (kubeconfig !== undefined) return kubeconfigAccess(kubeconfig, context, onReload);
  const access = inClusterAccess({ env, onReload, ...(folder === undefined ? {} : { folder }) });
  if (access === undefined) {
    logger.info(
      'the Kubernetes API is not asked, as there is no service account here and api.kubeconfig is not set: claims, storage classes and labels stay unknown',
    );
  }
  return access;
}

function createApi(
  access: ApiAccess,
  config: KubernetesProcessorConfig,
  { setTimer, nowMs, random }: KubernetesDependencies,
  { logger, meter }: ComponentContext,
  onChange: () => void,
): Api {
  const { requests_per_second: requestsPerSecond, burst } = config.api;
  const client = createApiClient(access, createApiRecorder(meter), config.api.timeout);
  const queue = createRequestQueue({
    pace: createPace({ requestsPerSecond, burst, nowMs, random }),
    setTimer,
    nowMs,
    random,
    onDenied: (kind, reason) =>
      logger.warn(`the Kubernetes API does not let us read ${kind}: ${reason}`, { kind }),
    onTrouble: (reason) =>
      logger.warn(
        `the Kubernetes API is not available: ${reason}; until it is, claims, storage classes and labels that are not known yet are missing`,
      ),
    onRecovery: () => logger.info('the Kubernetes API answers again'),
  });
  const lookups = createLookups({
    client,
    queue,
    refreshIntervalMs: config.api.refresh_interval,
    claimLabels: config.pvc_labels.length > 0,
    random,
    onChange,
  });
  return { client, queue, lookups };
}

/**
 * Says of each volume whose it is: the PersistentVolume and the pod by the kubelet's own files, the claim, its storage
 * class and labels by the API. What is known is a table; the files and the API change it beside, and what goes through
 * the pipeline waits for neither.
 *
 * @throws where the configuration names a kubeconfig that cannot be used
 */
export async function createKubernetesProcessor(
  config: KubernetesProcessorConfig,
  context: ComponentContext,
  dependencies: KubernetesDependencies = machine,
): Promise<Processor> {
  const { id, logger, meter } = context;
  const { setTimer, nowMs, env } = dependencies;
  const access = await findAccess(config, dependencies, context, () => telemetry.reloaded());
  const telemetry = createOwnerTelemetry(meter, id, () => owners.owners());
  const api =
    access === undefined
      ? undefined
      : createApi(access, config, dependencies, context, () => owners.refresh());

  const owners = createOwnerWatch({
    sources: {
      wantsVolumeLabel: globMatcher(config.pv_labels),
      wantsClaimLabel: globMatcher(config.pvc_labels),
      claimUid: config.claim_uid,
    },
    nodeName: config.node_name ?? (env['NODE_NAME'] || undefined),
    volumes: createPodVolumeLister(config.kubelet_path),
    podNames: () => listPodNames(config.pod_logs_path),
    lookups: api?.lookups,
    log: logger,
    nowMs,
    onLookup: (isKnown) => telemetry.lookup(isKnown),
  });

  const isIgnored = globMatcher(config.drift.ignore);
  const drift = config.drift.enabled
    ? createDriftWatch({
        afterMs: config.drift.after,
        ignores: (names) => names.some(isIgnored),
        nodeDevices: createNodeDevices(config.sys_path),
        published: () => owners.publishedVolumeIds(),
        askNode:
          api &&
          ((delayMs, onAnswer) => {
            const node = owners.nodeName();
            if (node !== undefined) api.lookups.wantNode(node, delayMs, config.drift.interval, onAnswer);
          }),
        log: logger,
        meter,
        nowMs,
      })
    : undefined;

  let isClosed = false;
  let cancelTimer: (() => void) | undefined;
  const scanOnAndOn = async (): Promise<void> => {
    await owners.scan();
    if (isClosed) return;
    drift?.compare();
    cancelTimer = setTimer(() => void scanOnAndOn(), config.scan_interval);
  };
  const firstScan = scanOnAndOn();
  // A disk of the node that hangs must not keep the collector from starting.
  await Promise.race([firstScan, new Promise<void>((resolve) => setTimeout(resolve, firstScanMs).unref())]);

  const attachOwners = createOwnerAttacher();
  const devicesOf = memoize(devicesInStream);
  const process: Processor = (metrics) => {
    const devices = drift === undefined ? undefined : devicesOf(metrics);
    if (devices !== undefined) drift?.sawDevices(devices);
    return attachOwners(metrics, owners.owners());
  };
  return Object.assign(process, {
    async shutdown() {
      isClosed = true;
      cancelTimer?.();
      api?.queue.close();
      api?.client.close();
      drift?.close();
      telemetry.close();
    },
  });
}
