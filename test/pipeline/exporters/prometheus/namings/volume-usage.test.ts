import { expect } from 'chai';
import type { NamingId } from '../../../../../pipeline/exporters/prometheus/config.ts';
import { goldenFiles } from '../../../../fixtures/golden-file.ts';
import { resourceMetrics, volumeMetricData } from '../../../../fixtures/metrics.ts';
import { checkMetrics, readOpenMetrics } from '../../../../fixtures/promtool.ts';
import { usageMetricData } from '../../../../fixtures/volume-usage.ts';
import { throttled } from '../node-of-volumes.ts';
import { read, render, samplesOf } from '../render.ts';

const { expectGolden } = goldenFiles(import.meta.url);

const owner = {
  'k8s.persistentvolume.name': 'pvc-1',
  'k8s.persistentvolumeclaim.name': 'data-db-0',
  'k8s.namespace.name': 'shop',
  'k8s.pod.name': 'db-0',
  'k8s.storageclass.name': 'gp3',
  'k8s.persistentvolume.label.topology.kubernetes.io/zone': 'eu-central-1b',
  'k8s.persistentvolume.label.team': 'storage',
  'k8s.persistentvolumeclaim.label.team': 'shop',
};
const full = {
  attributes: { 'aws.ebs.volume.id': throttled.id, 'system.device.name': throttled.device, ...owner },
  numbers: [4096, 2_000_000, 500_000, 400_000, 1_000_000, 900_000],
};
/** A file system over the network, which makes inodes as it needs them. */
const shared = {
  attributes: { 'k8s.persistentvolume.name': 'files' },
  numbers: [1_048_576, 8_796_093_022_207, 8_796_093_022_207, 8_796_093_022_207, 0, 0],
};
const node = resourceMetrics(
  { 'k8s.cluster.name': 'prod', 'k8s.node.name': 'node-7' },
  {
    devices: volumeMetricData([{ ...throttled, attributes: owner }]),
    usage: usageMetricData([full, shared]),
  },
);
const only = resourceMetrics(
  { 'k8s.cluster.name': 'prod', 'k8s.node.name': 'node-7' },
  { usage: usageMetricData([full, shared]) },
);
const namings: readonly NamingId[] = ['ebs', 'kubelet', 'pv_disk_usage', 'otel', 'aws_ebs_csi'];

describe('how full volumes are', () => {
  for (const naming of namings) {
    it(`has names in ${naming}`, () => expectGolden(`volume-usage.${naming}.txt`, render(only, [naming])));
  }

  it('is read by Prometheus in both formats', () => {
    // Names that others gave: a dashboard's, and OpenTelemetry's for how many inodes there are.
    const given = /^(?:pv_disk_usage_bytes_total|k8s_volume_inode_count) /;
    expect(checkMetrics(render(only, namings)).filter((line) => !given.test(line))).to.deep.equal([]);
    readOpenMetrics(render(only, namings, 'openmetrics'), 1_800_000_000);
  });

  for (const [naming, name] of [
    ['ebs', 'ebs_volume_available_bytes'],
    ['kubelet', 'kubelet_volume_stats_available_bytes'],
    ['pv_disk_usage', 'pv_disk_usage_bytes_available'],
  ] as const) {
    it(`has every label of the device's series in ${naming}, so that "full" and "slow" join`, () => {
      const page = read(node, ['ebs', naming]);
      const [device] = samplesOf(page, 'ebs_volume_up');
      const usages = samplesOf(page, name).map(([labels]) => labels);
      const usage = usages.find((labels) => labels['volume_id'] === throttled.id);
      expect(device?.[0]).to.include({ persistentvolumeclaim: 'data-db-0' });
      expect(usage).to.include(device?.[0]);
    });
  }

  it("has the claim's labels as pvc_ and the volume's as pv_, and either as volume_", () => {
    const [, sample] = samplesOf(read(only, ['pv_disk_usage']), 'pv_disk_usage_percent_used');
    expect(sample).to.deep.equal([
      {
        cluster_id: 'prod',
        node: 'node-7',
        device: throttled.device,
        volume_id: throttled.id,
        namespace: 'shop',
        persistentvolumeclaim: 'data-db-0',
        persistentvolume: 'pvc-1',
        pod: 'db-0',
        storageclass: 'gp3',
        pv_topology_kubernetes_io_zone: 'eu-central-1b',
        pv_team: 'storage',
        pvc_team: 'shop',
        volume_topology_kubernetes_io_zone: 'eu-central-1b',
        volume_team: 'shop',
        volume_name: 'data-db-0',
        volume_type: 'ebs',
        volume_instance: throttled.id,
      },
      78.947368,
    ]);
  });
});
