import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { testPod } from '../../../fixtures/kubelet.ts';
import {
  claimVolume,
  nodeMetrics,
  ownerByKubelet,
  ownerOf,
  ownersIn,
  startCluster,
  testVolume,
  testVolumeId,
  type Cluster,
} from './cluster.ts';

describe('the kubernetes processor', () => {
  let cluster: Cluster;
  beforeEach(async () => {
    cluster = await startCluster();
  });
  afterEach(() => cluster.stop());

  it('says on every point of a volume whose it is', async () => {
    claimVolume(cluster, 1);
    claimVolume(cluster, 2, 'block');
    const process = await cluster.start();
    await cluster.pass(1000);
    const owned = process(nodeMetrics(1, 2, 3));
    expect(ownersIn(owned)).to.deep.equal({
      [testVolumeId(1)]: [ownerOf(1)],
      [testVolumeId(2)]: [ownerOf(2)],
      // Nobody's: the root volume.
      [testVolumeId(3)]: [{}],
    });
  });

  it('does not wait for the API', async () => {
    claimVolume(cluster, 1);
    cluster.api.fail({ hang: true });
    const process = await cluster.start();
    expect(ownersIn(process(nodeMetrics(1)))).to.deep.equal({ [testVolumeId(1)]: [ownerByKubelet(1)] });
  });

  it('keeps the attributes object of a point for as long as its owner stays', async () => {
    claimVolume(cluster, 1);
    const process = await cluster.start();
    await cluster.pass(1000);
    const metrics = nodeMetrics(1);
    const attributesOf = () => process(metrics).scopeMetrics[0]?.metrics[0]?.dataPoints[0]?.attributes;
    const first = attributesOf();
    await cluster.pass(4_000_000);
    expect(attributesOf()).to.equal(first);
    cluster.kubelet.addPod({ ...testPod(7), namespace: 'other' });
    cluster.kubelet.unpublish(testPod(1), testVolume(1));
    cluster.kubelet.publish(testPod(7), testVolume(1));
    await cluster.pass(10_000);
    expect(attributesOf()).not.to.equal(first);
    expect(attributesOf()).to.include({ 'k8s.pod.name': 'db-7' });
  });

  it('gives back what it was given where nobody owns anything', async () => {
    const process = await cluster.start();
    const metrics = nodeMetrics(1);
    expect(process(metrics)).to.equal(metrics);
  });

  it('carries the labels that are asked for, and the uid of the claim', async () => {
    claimVolume(cluster, 1);
    const process = await cluster.start({
      pv_labels: ['topology.*'],
      pvc_labels: ['team', 'app.*'],
      claim_uid: true,
    });
    await cluster.pass(1000);
    expect(ownersIn(process(nodeMetrics(1)))[testVolumeId(1)]).to.deep.equal([
      {
        ...ownerOf(1),
        'k8s.persistentvolumeclaim.uid': 'claim-1',
        'k8s.persistentvolume.label.topology.kubernetes.io/zone': 'eu-central-1b',
        'k8s.persistentvolumeclaim.label.app.kubernetes.io/name': 'db',
        'k8s.persistentvolumeclaim.label.team': 'team-1',
      },
    ]);
  });

  it('names the pod that has had a shared volume longest', async () => {
    claimVolume(cluster, 1);
    const second = testPod(9);
    cluster.kubelet.addPod(second);
    cluster.kubelet.publish(second, { ...testVolume(1), publishedAtMs: Date.now() - 60_000 });
    const process = await cluster.start();
    await cluster.pass(1000);
    const podNow = () =>
      ownersIn(process(nodeMetrics(1)))[testVolumeId(1)]?.map((owner) => owner['k8s.pod.name']);
    expect(podNow()).to.deep.equal(['db-9']);
    cluster.kubelet.unpublish(second, testVolume(1));
    await cluster.pass(10_000);
    expect(podNow()).to.deep.equal(['db-1']);
  });

  it('leaves a volume its owner while it is unmounted and detached', async () => {
    claimVolume(cluster, 1);
    const process = await cluster.start();
    await cluster.pass(1000);
    cluster.kubelet.beginUnmount(testPod(1), testVolume(1));
    await cluster.pass(10_000);
    expect(ownersIn(process(nodeMetrics(1)))[testVolumeId(1)]).to.deep.equal([ownerOf(1)]);
    cluster.kubelet.unpublish(testPod(1), testVolume(1));
    await cluster.pass(10_000);
    expect(ownersIn(process(nodeMetrics(1)))[testVolumeId(1)]).to.deep.equal([ownerOf(1)]);
    await cluster.pass(300_000);
    expect(ownersIn(process(nodeMetrics(1)))[testVolumeId(1)]).to.deep.equal([{}]);
  });

  it('tells a claim that was made anew under its name from the one before', async () => {
    claimVolume(cluster, 1);
    const process = await cluster.start();
    await cluster.pass(1000);
    // The claim is deleted and made again: another PersistentVolume on another EBS volume.
    const renewed = { persistentVolume: 'pvc-renewed', handle: testVolumeId(2) };
    cluster.kubelet.unpublish(testPod(1), testVolume(1));
    cluster.api.removeVolume('pvc-0001');
    cluster.kubelet.publish(testPod(1), renewed);
    cluster.api.addVolume({ ...renewed, claim: { namespace: 'shop', name: 'data-db-1', uid: 'claim-1b' } });
    await cluster.pass(10_000);
    await cluster.pass(1000);
    const owners = ownersIn(process(nodeMetrics(1, 2)));
    expect(owners[testVolumeId(1)]).to.deep.equal([ownerOf(1)]);
    expect(owners[testVolumeId(2)]).to.deep.equal([
      { ...ownerOf(1), 'k8s.persistentvolume.name': 'pvc-renewed' },
    ]);
  });

  it('tells them apart by uid where they had one PersistentVolume after the other', async () => {
    claimVolume(cluster, 1);
    const process = await cluster.start({ claim_uid: true });
    await cluster.pass(1000);
    const uidNow = () =>
      ownersIn(process(nodeMetrics(1)))[testVolumeId(1)]?.map(
        (owner) => owner['k8s.persistentvolumeclaim.uid'],
      );
    expect(uidNow()).to.deep.equal(['claim-1']);
    // Bound to the claim's successor, whose pod comes to the same node within one look.
    cluster.kubelet.unpublish(testPod(1), testVolume(1));
    cluster.kubelet.addPod(testPod(2));
    cluster.kubelet.publish(testPod(2), testVolume(1));
    cluster.api.addVolume({
      ...testVolume(1),
      claim: { namespace: 'shop', name: 'data-db-1', uid: 'claim-1b' },
    });
    await cluster.pass(10_000);
    await cluster.pass(1000);
    expect(uidNow()).to.deep.equal(['claim-1b']);
  });

  it('believes nothing that the API says of another volume of the same name', async () => {
    claimVolume(cluster, 1);
    cluster.api.addVolume({
      persistentVolume: 'pvc-0001',
      handle: testVolumeId(99),
      claim: { namespace: 'other', name: 'other', uid: 'other' },
    });
    const process = await cluster.start();
    await cluster.pass(1000);
    expect(ownersIn(process(nodeMetrics(1)))[testVolumeId(1)]).to.deep.equal([ownerByKubelet(1)]);
  });

  it('asks the API for names of pods where there are no folders of logs, once for all', async () => {
    claimVolume(cluster, 1);
    claimVolume(cluster, 2);
    cluster.kubelet.removePodLogs();
    cluster.api.addPods([testPod(1), testPod(2)]);
    const process = await cluster.start({ drift: { enabled: false, interval: 1, after: 1, ignore: [] } });
    await cluster.pass(10_000);
    await cluster.pass(10_000);
    expect(ownersIn(process(nodeMetrics(1, 2)))).to.deep.equal({
      [testVolumeId(1)]: [ownerOf(1)],
      [testVolumeId(2)]: [ownerOf(2)],
    });
    await cluster.pass(600_000);
    expect(cluster.api.requests.filter((request) => request.includes('/pods?'))).to.deep.equal([
      'GET /api/v1/pods?fieldSelector=spec.nodeName%3Dip-10-0-0-7.eu-central-1.compute.internal&resourceVersion=0',
    ]);
  });

  it('works without permissions, and says so once for each', async () => {
    claimVolume(cluster, 1);
    claimVolume(cluster, 2);
    cluster.api.fail({ status: 403 });
    const process = await cluster.start();
    process(nodeMetrics(1, 2));
    for (let minute = 0; minute < 60; minute++) await cluster.pass(60_000);
    expect(ownersIn(process(nodeMetrics(1)))[testVolumeId(1)]).to.deep.equal([ownerByKubelet(1)]);
    const denied = cluster.log.filter(({ level }) => level === 'warn').map(({ kind }) => kind);
    expect(denied).to.have.members(['nodes', 'persistentvolumes']);
    // One look in ten minutes at each, whatever the number of volumes.
    expect(cluster.api.requests.length).to.be.within(8, 16);
    cluster.api.fail(undefined);
    for (let minute = 0; minute < 12; minute++) await cluster.pass(60_000);
    expect(ownersIn(process(nodeMetrics(1)))[testVolumeId(1)]).to.deep.equal([ownerOf(1)]);
  });

  it('asks nobody where there is no service account', async () => {
    claimVolume(cluster, 1);
    rmSync(join(cluster.serviceAccountPath, 'token'));
    const process = await cluster.start();
    await cluster.pass(600_000);
    expect(ownersIn(process(nodeMetrics(1)))[testVolumeId(1)]).to.deep.equal([ownerByKubelet(1)]);
    expect(cluster.api.requests).to.deep.equal([]);
  });

  it('asks nobody where it is told not to', async () => {
    claimVolume(cluster, 1);
    const process = await cluster.start({
      api: {
        enabled: false,
        kubeconfig: undefined,
        context: undefined,
        timeout: 1000,
        refresh_interval: 60_000,
        requests_per_second: 2,
        burst: 10,
      },
    });
    await cluster.pass(600_000);
    expect(ownersIn(process(nodeMetrics(1)))[testVolumeId(1)]).to.deep.equal([ownerByKubelet(1)]);
    expect(cluster.api.requests).to.deep.equal([]);
  });

  it('shows the token that Kubernetes put in place of the one before', async () => {
    claimVolume(cluster, 1);
    await cluster.start();
    await cluster.pass(1000);
    // As the kubelet does it: another file in the place of the one before.
    const next = join(cluster.serviceAccountPath, 'token.next');
    writeFileSync(next, 'token-2, longer\n');
    renameSync(next, join(cluster.serviceAccountPath, 'token'));
    cluster.api.accept('token-2, longer');
    claimVolume(cluster, 2);
    await cluster.pass(10_000);
    expect(cluster.api.tokens.at(0)).to.equal('token-1');
    expect(cluster.api.tokens.at(-1)).to.equal('token-2, longer');
    expect(await cluster.own()).to.deep.include({
      name: 'ebs.collector.credentials.reloaded',
      attributes: { 'otel.component.name': 'kubernetes' },
      value: 1,
    });
  });

  it('leaves a server in trouble alone, longer each time, and no shorter than it asks for', async () => {
    claimVolume(cluster, 1);
    cluster.api.fail({ status: 429, headers: { 'retry-after': '30' } });
    const process = await cluster.start();
    await cluster.pass(0);
    expect(cluster.api.requests).to.have.length(1);
    await cluster.pass(29_000);
    expect(cluster.api.requests).to.have.length(1);
    await cluster.pass(10_000);
    expect(cluster.api.requests).to.have.length(2);
    cluster.api.fail({ status: 503 });
    for (let minute = 0; minute < 60; minute++) await cluster.pass(60_000);
    expect(cluster.api.requests.length).to.be.within(12, 24);
    expect(cluster.log.filter(({ level }) => level === 'warn')).to.have.length(1);
    cluster.api.fail(undefined);
    await cluster.pass(301_000);
    expect(ownersIn(process(nodeMetrics(1)))[testVolumeId(1)]).to.deep.equal([ownerOf(1)]);
    expect(cluster.log.at(-1)?.msg).to.equal('the Kubernetes API answers again');
    const throttles = (await cluster.own()).filter(({ name }) => name === 'ebs.collector.api.throttles');
    expect(throttles.map(({ value }) => value)).to.deep.equal([2]);
  });

  it('complains once of a kubelet that is not there', async () => {
    cluster.kubelet.remove();
    await cluster.start();
    await cluster.pass(10_000);
    await cluster.pass(10_000);
    const complaints = cluster.log.filter(({ msg }) => msg.startsWith('cannot see which pods'));
    expect(complaints).to.have.length(1);
  });

  it('ends what it began', async () => {
    claimVolume(cluster, 1);
    const process = await cluster.start();
    await cluster.pass(1000);
    await process.shutdown?.();
    expect(cluster.clock.pending()).to.equal(0);
  });
});
