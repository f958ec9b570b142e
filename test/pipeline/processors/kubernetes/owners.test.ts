import { expect } from 'chai';
import { usageScopeName } from '../../../../receiver/volume-usage/usage-metrics.ts';
import { testPod } from '../../../fixtures/kubelet.ts';
import { resourceMetrics } from '../../../fixtures/metrics.ts';
import { usageMetricData } from '../../../fixtures/volume-usage.ts';
import {
  claimVolume,
  nodeMetrics,
  ownerOf,
  ownersIn,
  startCluster,
  testVolume,
  testVolumeId,
  type Cluster,
} from './cluster.ts';

describe('owners', () => {
  let cluster: Cluster;
  beforeEach(async () => {
    cluster = await startCluster();
  });
  afterEach(() => cluster.stop());

  it('gives a volume to no claim of another namespace than its pod', async () => {
    claimVolume(cluster, 1);
    const process = await cluster.start({ pvc_labels: ['team'], claim_uid: true });
    await cluster.pass(1000);
    // Bound anew, and the API is away.
    cluster.api.fail({ status: 503 });
    const pod = testPod(7, 'other');
    cluster.kubelet.addPod(pod);
    cluster.kubelet.unpublish(testPod(1), testVolume(1));
    cluster.kubelet.publish(pod, testVolume(1));
    await cluster.pass(10_000);
    expect(ownersIn(process(nodeMetrics(1)))[testVolumeId(1)]).to.deep.equal([
      {
        'k8s.persistentvolume.name': 'pvc-0001',
        'k8s.namespace.name': 'other',
        'k8s.pod.name': 'db-7',
        'k8s.storageclass.name': 'gp3',
      },
    ]);
  });

  it('gives the same object for the same metrics until it knows more: pages are made of what did not change', async () => {
    claimVolume(cluster, 1);
    const process = await cluster.start();
    await cluster.pass(1000);
    const metrics = nodeMetrics(1, 2);
    const before = process(metrics);
    // Of another pipeline.
    process(nodeMetrics(1));
    expect(process(metrics)).to.equal(before);
    // All was looked through and asked for again, and nothing is new.
    await cluster.pass(30_000);
    expect(process(metrics)).to.equal(before);
    claimVolume(cluster, 2);
    await cluster.pass(30_000);
    const after = process(metrics);
    expect(ownersIn(after)[testVolumeId(1)]).to.deep.equal(ownersIn(before)[testVolumeId(1)]);
    expect(ownersIn(after)[testVolumeId(2)]).to.not.deep.equal(ownersIn(before)[testVolumeId(2)]);
  });

  it('tells PersistentVolumes apart that are on one EBS volume', async () => {
    claimVolume(cluster, 1);
    const second = { persistentVolume: 'pvc-0002', handle: testVolumeId(1) };
    cluster.kubelet.addPod(testPod(2));
    cluster.kubelet.publish(testPod(2), second);
    cluster.api.addVolume({ ...second, claim: { namespace: 'shop', name: 'data-db-2', uid: 'claim-2' } });
    const process = await cluster.start();
    await cluster.pass(1000);
    const usage = (persistentVolume: string) => ({
      attributes: { 'aws.ebs.volume.id': testVolumeId(1), 'k8s.persistentvolume.name': persistentVolume },
      numbers: [4096, 100, 50, 50, 0, 0],
    });
    const metrics = resourceMetrics(
      {},
      { [usageScopeName]: usageMetricData([usage('pvc-0001'), usage('pvc-0002')]) },
    );
    expect(ownersIn(process(metrics))[testVolumeId(1)]).to.deep.equal([ownerOf(1), ownerOf(2)]);
  });
});
