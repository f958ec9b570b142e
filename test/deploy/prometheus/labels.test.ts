import { createServer } from 'node:http';
import { expect } from 'chai';
import { load } from 'js-yaml';
import { attribute } from '../../../receiver/nvme/attributes.ts';
import { receiverOwnMetrics } from '../../../receiver/nvme/self-telemetry.ts';
import { listenOnLoopback, type LoopbackServer } from '../../fixtures/loopback-server.ts';
import {
  collectorScope,
  counter,
  point,
  receiverScope,
  resourceMetrics,
  volumeMetricData,
} from '../../fixtures/metrics.ts';
import { runPrometheus, type PrometheusServer } from '../../fixtures/prometheus-server.ts';
import { statistics } from '../../fixtures/volumes.ts';
import { render } from '../../pipeline/exporters/prometheus/render.ts';
import { objectsIn, textOf, type KubernetesObject } from '../kubernetes/manifests.ts';
import { collectorPod, discoveredTarget } from './discovered-target.ts';
import { operatorJob, type ScrapeConfig } from './operator-job.ts';

/**
 * Whose labels a series has in Prometheus. Those of the target and of the volume have the same names: the collector's
 * namespace and pod, and the claim's and the pod's that mounts it.
 */

const { namespace, nodeName, name: podName } = collectorPod;
const resource = { 'k8s.cluster.name': 'production', 'k8s.node.name': nodeName };
const page = render(
  resourceMetrics(resource, {
    [receiverScope]: volumeMetricData([
      {
        kind: 'ebs',
        id: 'vol-1',
        device: 'nvme1n1',
        read: { statistics: statistics() },
        attributes: {
          [attribute.namespace]: 'shop',
          [attribute.persistentVolumeClaim]: 'data-db-0',
          [attribute.persistentVolume]: 'pvc-1',
          [attribute.pod]: 'db-0',
        },
      },
      { kind: 'ebs', id: 'vol-0', device: 'nvme0n1', read: { statistics: statistics() } },
    ]),
    [collectorScope]: [counter(receiverOwnMetrics.collections, point(1))],
  }),
  ['ebs'],
);

const monitorIn = (folder: string): KubernetesObject => {
  const found = objectsIn(folder).find(({ kind }) => kind.endsWith('Monitor'));
  if (found === undefined) throw new Error(`there is no monitor in ${folder}`);
  return found;
};
const serviceMonitor = monitorIn('deploy/prometheus-operator');
const podMonitor = monitorIn('deploy/prometheus-operator/pod-monitor');

/** What docs/guides/prometheus.md gives to those who have no operator. */
const [, documented = ''] =
  /^```yaml\n# prometheus\.yml\n(.*?)^```$/ms.exec(textOf('docs/guides/prometheus.md')) ?? [];
const {
  scrape_configs: [documentedJob],
} = load(documented) as { scrape_configs: readonly [ScrapeConfig] };

const enforcement = { namespaceLabel: 'namespace', overridesHonorLabels: true };
const ways = {
  'the ServiceMonitor': operatorJob(serviceMonitor),
  'the PodMonitor': operatorJob(podMonitor),
  'the documented job': documentedJob,
  'an operator that enforces namespaces': operatorJob(serviceMonitor, {}, enforcement),
  'a monitor that leaves labels as they are': operatorJob(serviceMonitor, { relabelings: [] }),
  'a monitor that honors labels': operatorJob(serviceMonitor, { relabelings: [], honorLabels: true }),
} as const;
type Way = keyof typeof ways;

/** Each by another name in one Prometheus, and with the label that its own name gives. */
function asFoundHere(way: string, { kubernetes_sd_configs, ...job }: ScrapeConfig, address: string): object {
  const [{ role }] = kubernetes_sd_configs;
  return {
    ...job,
    job_name: way,
    static_configs: [discoveredTarget(role, address)],
    relabel_configs: [
      { target_label: 'job', replacement: job.job_name },
      ...job.relabel_configs,
      { target_label: 'way', replacement: way },
    ],
  };
}

const volume = (id: string, device: string) => ({
  cluster_id: 'production',
  node: nodeName,
  volume_id: id,
  device,
});
const owner = {
  namespace: 'shop',
  persistentvolumeclaim: 'data-db-0',
  persistentvolume: 'pvc-1',
  pod: 'db-0',
};
const target = { job: 'ebs-nvme-collector', instance: nodeName };
const rooted = volume('vol-0', 'nvme0n1');
const claimed = { ...volume('vol-1', 'nvme1n1'), ...owner };

describe('labels in Prometheus', function () {
  this.timeout(60_000);
  let server: LoopbackServer;
  let prometheus: PrometheusServer;

  before(async () => {
    const pageServer = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(page);
    });
    server = await listenOnLoopback(pageServer);
    const address = `127.0.0.1:${server.port}`;
    const jobs = Object.entries(ways).map(([way, job]) => asFoundHere(way, job, address));
    // JSON is YAML.
    prometheus = await runPrometheus(`scrape_configs: ${JSON.stringify(jobs)}\n`);
    await prometheus.eventually('count(up == 1)', ([up]) => up?.value === Object.keys(ways).length);
  });
  after(async () => {
    await prometheus?.stop();
    await server?.close();
  });

  const labelsOf = async (promql: string, way: Way) => {
    const samples = await prometheus.query(promql);
    return samples
      .filter(({ labels }) => labels['way'] === way)
      .map(({ labels: { __name__: _name, way: _way, ...rest } }) => rest);
  };

  it('are asked for where the Service is', () => {
    const service = objectsIn('deploy').find(({ kind }) => kind === 'Service');
    expect(documentedJob.kubernetes_sd_configs).to.deep.equal([
      { role: 'endpointslice', namespaces: { names: [service?.metadata.namespace] } },
    ]);
    expect(service?.metadata).to.include({ name: documentedJob.job_name, namespace });
  });

  for (const way of ['the ServiceMonitor', 'the PodMonitor', 'the documented job'] as const) {
    it(`are, by ${way}, the owner's on a volume that has one, and nobody's on one that has none`, async () => {
      expect(await labelsOf('ebs_volume_up', way)).to.have.deep.members([
        { ...target, ...claimed },
        { ...target, ...rooted },
      ]);
    });

    it(`tell, by ${way}, collectors apart by their nodes, whatever their pods are called`, async () => {
      expect(await labelsOf('ebs_collector_collections_total', way)).to.deep.equal([target]);
      expect(await labelsOf('up', way)).to.deep.equal([target]);
    });
  }

  it('keep the claim’s namespace as exported_namespace where an operator enforces its own', async () => {
    const { namespace: claims, ...others } = claimed;
    expect(await labelsOf('ebs_volume_up', 'an operator that enforces namespaces')).to.have.deep.members([
      { ...target, ...others, namespace, exported_namespace: claims },
      { ...target, ...rooted, namespace },
    ]);
  });

  it('would be the collector’s own without the relabelings', async () => {
    const [first] = await labelsOf(
      'ebs_volume_up{volume_id="vol-1"}',
      'a monitor that leaves labels as they are',
    );
    expect(first).to.include({ namespace, pod: podName, exported_namespace: 'shop' });
  });

  it('would make the collector the owner of volumes that have none, with honorLabels alone', async () => {
    const [first] = await labelsOf('ebs_volume_up{volume_id="vol-0"}', 'a monitor that honors labels');
    expect(first).to.include({ namespace, pod: podName, container: 'collector' });
  });
});
