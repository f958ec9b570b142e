import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attributes } from '@opentelemetry/api';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Processor } from '../../../../pipeline/component.ts';
import { defaultsOf } from '../../../../pipeline/config/schemas/object.ts';
import {
  kubernetesProcessorSchema,
  type KubernetesProcessorConfig,
} from '../../../../pipeline/processors/kubernetes/config.ts';
import { createKubernetesProcessor } from '../../../../pipeline/processors/kubernetes/processor.ts';
import {
  recordLog,
  recordMetrics,
  type LogLine,
  type OwnValue,
} from '../../../fixtures/component-context.ts';
import { createKubelet, testPod, type Kubelet, type TestVolume } from '../../../fixtures/kubelet.ts';
import { startKubernetesApi, type KubernetesApi } from '../../../fixtures/kubernetes-api.ts';
import { createManualClock, type ManualClock } from '../../../fixtures/manual-clock.ts';
import { receiverScope, resourceMetrics, volumeMetricData } from '../../../fixtures/metrics.ts';
import { createSysfs, type Sysfs } from '../../../fixtures/sysfs.ts';
import { createCertificates, type Certificates } from '../../../fixtures/tls.ts';
import { statistics } from '../../../fixtures/volumes.ts';

/** A node of a cluster: what the kubelet wrote down, the API, the devices, and a processor between them. */
export interface Cluster {
  readonly kubelet: Kubelet;
  readonly api: KubernetesApi;
  readonly sysfs: Sysfs;
  readonly clock: ManualClock;
  readonly log: readonly LogLine[];
  /** Where the pod's service account is. */
  readonly serviceAccountPath: string;
  start(config?: Partial<KubernetesProcessorConfig>): Promise<Processor>;
  /** Lets time pass, and waits until everything that it brought about is over. */
  pass(ms: number): Promise<void>;
  own(): Promise<readonly OwnValue[]>;
  stop(): Promise<void>;
}

/** A claim's volume, as the API and the kubelet know it. */
export const testVolume = (number: number, mode: TestVolume['mode'] = 'filesystem') => ({
  persistentVolume: `pvc-${String(number).padStart(4, '0')}`,
  handle: testVolumeId(number),
  mode,
});

export const testVolumeId = (number: number): string => `vol-${String(number).padStart(17, '0')}`;

/** Gives a volume to a pod, and the claim that it is of to the API. */
export function claimVolume(
  { kubelet, api }: Pick<Cluster, 'kubelet' | 'api'>,
  number: number,
  mode: TestVolume['mode'] = 'filesystem',
): void {
  const volume = testVolume(number, mode);
  const pod = testPod(number);
  kubelet.addPod(pod);
  kubelet.publish(pod, volume);
  api.addVolume({
    ...volume,
    claim: { namespace: 'shop', name: `data-db-${number}`, uid: `claim-${number}` },
    labels: { 'topology.kubernetes.io/zone': 'eu-central-1b' },
    claimLabels: { 'app.kubernetes.io/name': 'db', team: `team-${number}` },
  });
}

/** What is said of such a volume where only the kubelet's files are known. */
export const ownerByKubelet = (number: number): Attributes => ({
  'k8s.persistentvolume.name': testVolume(number).persistentVolume,
  'k8s.namespace.name': 'shop',
  'k8s.pod.name': `db-${number}`,
});

/** What is said of it where the API has answered too. */
export const ownerOf = (number: number): Attributes => ({
  ...ownerByKubelet(number),
  'k8s.persistentvolumeclaim.name': `data-db-${number}`,
  'k8s.storageclass.name': 'gp3',
});

let certificates: Certificates | undefined;

/** The same for all tests: openssl takes its time. */
function sharedCertificates(): Certificates {
  if (certificates !== undefined) return certificates;
  const made = createCertificates();
  process.once('exit', () => made.remove());
  return (certificates = made);
}

/** Whether a file is being read or a connection made in this process. */
function isWaiting(): boolean {
  return process
    .getActiveResourcesInfo()
    .some((resource) => /^(?:FSReq|TCPConnect|GetAddrInfo)/.test(resource));
}

export async function startCluster(): Promise<Cluster> {
  const { authority } = sharedCertificates();
  const api = await startKubernetesApi(sharedCertificates());
  const kubelet = createKubelet();
  const sysfs = createSysfs();
  const clock = createManualClock(1_000_000);
  const { logger, lines } = recordLog();
  const { meter, values } = recordMetrics();
  const root = mkdtempSync(join(tmpdir(), 'service-account-'));
  const serviceAccountPath = join(root, 'serviceaccount');
  mkdirSync(serviceAccountPath);
  writeFileSync(join(serviceAccountPath, 'token'), 'token-1\n');
  writeFileSync(join(serviceAccountPath, 'ca.crt'), authority.cert);
  const processors: Processor[] = [];

  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    for (let quiet = 0; quiet < 5;) {
      const before = api.requests.length;
      await sleep(2);
      clock.advance(0);
      const isQuiet = api.requests.length === before && api.inFlight() === 0 && !isWaiting();
      quiet = isQuiet ? quiet + 1 : 0;
    }
  };

  return {
    kubelet,
    api,
    sysfs,
    clock,
    log: lines,
    serviceAccountPath,
    async start(config = {}) {
      const processor = await createKubernetesProcessor(
        {
          ...defaultsOf(kubernetesProcessorSchema),
          kubelet_path: kubelet.path,
          pod_logs_path: kubelet.podLogsPath,
          sys_path: sysfs.path,
          ...config,
        },
        { id: 'kubernetes', logger, meter },
        {
          env: { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(api.port) },
          setTimer: clock.setTimer,
          nowMs: clock.nowMs,
          random: () => 0.5,
          serviceAccountPath,
        },
      );
      processors.push(processor);
      return processor;
    },
    pass,
    own: values,
    async stop() {
      await Promise.all(processors.map(async (processor) => processor.shutdown?.()));
      await api.close();
      kubelet.remove();
      sysfs.remove();
      rmSync(root, { recursive: true });
    },
  };
}

/** What the receiver gives of these volumes, by number; the attributes objects are the same each time. */
export function nodeMetrics(...numbers: readonly number[]): ResourceMetrics {
  const volumes = numbers.map((number) => ({
    kind: 'ebs' as const,
    id: testVolumeId(number),
    device: `nvme${number}n1`,
    read: { statistics: statistics() },
  }));
  return resourceMetrics({}, { [receiverScope]: volumeMetricData(volumes) });
}

/** What the points of each volume say beside what the receiver said, once where all say the same. */
export function ownersIn(metrics: ResourceMetrics): Readonly<Record<string, readonly Attributes[]>> {
  const own = new Set(['aws.ebs.volume.id', 'system.device.name', 'disk.io.direction']);
  const owners: Record<string, Attributes[]> = {};
  for (const { attributes } of metrics.scopeMetrics.flatMap((scope) => scope.metrics).flatMap(pointsOf)) {
    const added = Object.entries(attributes).filter(
      ([name]) => !own.has(name) && !name.startsWith('aws.ebs.limit'),
    );
    const owner = Object.fromEntries(added);
    const known = (owners[String(attributes['aws.ebs.volume.id'])] ??= []);
    if (!known.some((each) => JSON.stringify(each) === JSON.stringify(owner))) known.push(owner);
  }
  return owners;
}

const pointsOf = ({ dataPoints }: { readonly dataPoints: readonly { readonly attributes: Attributes }[] }) =>
  dataPoints;
