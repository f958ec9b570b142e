import { expect } from 'chai';
import { startClusterNode, type ClusterNode } from '../fixtures/cluster-node.ts';
import type { Collector } from '../fixtures/collector.ts';
import { documentedRequests } from '../fixtures/documented-requests.ts';
import { eventually } from '../fixtures/eventually.ts';
import { freePort } from '../fixtures/free-port.ts';
import { goldenFiles } from '../fixtures/golden-file.ts';
import { podUid, testNode } from '../fixtures/kubelet.ts';
import { startKubernetesApi, type KubernetesApi } from '../fixtures/kubernetes-api.ts';
import { mountAgain, unmount } from '../fixtures/mounts.ts';
import { ebsId } from '../fixtures/node.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../fixtures/otlp-receiver.ts';
import { createCertificates, type Certificates } from '../fixtures/tls.ts';
import {
  attachAndPublish,
  attachRootDisk,
  capacityBytes,
  kubeletLabels,
  ownedVolume,
  ownerLabels,
  publish,
  tellApi,
  unpublish,
  usedBytes,
  volumeNumbers,
  type Labels,
  type OwnedVolume,
} from './owned-volumes.ts';
import { joinKeysOf, ownersOf, pushedSeries, seriesOf, valuesOf, type Series } from './owner-series.ts';

/** The DaemonSet's containers, as they are shipped, on a node with 28 volumes of claims and its own disk. */

const volumes = volumeNumbers.map(ownedVolume);
const [first, second, third] = volumes as [OwnedVolume, OwnedVolume, OwnedVolume];
const last = volumes.at(-1) ?? first;
const rootDisk = ebsId(0);
const mounted = volumes.filter(({ mode }) => mode === 'filesystem');

/** The claim of the third volume, after it was deleted and made again: another volume, and another pod of the name. */
const renewed: OwnedVolume = {
  ...third,
  number: 29,
  persistentVolume: 'pvc-renewed',
  handle: ebsId(29),
  pod: { ...third.pod, uid: podUid(129) },
  claim: { ...third.claim, uid: 'claim-3b' },
};
/** The second volume, bound to a claim that was made again after it had been released. */
const rebound: OwnedVolume = {
  ...second,
  pod: { ...second.pod, uid: podUid(102) },
  claim: { ...second.claim, uid: 'claim-2b' },
};

const ownedAs = (
  labels: (volume: OwnedVolume) => Labels,
  of: readonly OwnedVolume[] = volumes,
): Readonly<Record<string, readonly Labels[]>> => ({
  [rootDisk]: [{}],
  ...Object.fromEntries(of.map((volume) => [volume.handle, [labels(volume)]])),
});
const owners = (series: readonly Series[]) => Object.fromEntries(ownersOf(series));
const byVolume = (of: readonly OwnedVolume[], value: (volume: OwnedVolume) => number) =>
  Object.fromEntries(of.map((volume) => [volume.handle, value(volume)]));
const complaints = ({ logs }: Collector) => logs.filter(({ level }) => level !== 'info');

describe('the owners of 28 volumes', function () {
  this.timeout(120_000);
  let certificates: Certificates;
  /** One for the collector whose requests are counted, one for another. */
  let api: KubernetesApi;
  let otherApi: KubernetesApi;
  let backend: OtlpReceiver;
  let node: ClusterNode;
  let collector: Collector;
  let withClaimUid: Collector;
  let withoutApi: Collector;
  let unheard: string;

  before(async () => {
    certificates = createCertificates();
    [api, otherApi] = [await startKubernetesApi(certificates), await startKubernetesApi(certificates)];
    backend = await startOtlpReceiver();
    node = await startClusterNode(certificates.authority.cert);
    await attachRootDisk(node);
    for (const volume of volumes) await attachAndPublish(node, volume);
    // A rollout: the next pod has the first volume beside the one before.
    const beside = { uid: podUid(101), namespace: 'shop', name: 'db-next' };
    node.kubelet.addPod(beside);
    node.kubelet.publish(beside, first);
    mountAgain(node.kubelet.mountPath(first.pod, first), node.kubelet.mountPath(beside, first));
    for (const each of [api, otherApi]) tellApi(each, volumes);

    const nobody = await freePort();
    unheard = `127.0.0.1:${nobody}`;
    collector = await node.startCollector(api.port, [
      `exporters.otlphttp.endpoint=${backend.url}`,
      'service.pipelines.metrics.exporters=[prometheus, otlphttp]',
    ]);
    withClaimUid = await node.startCollector(otherApi.port, ['processors.kubernetes.claim_uid=true']);
    withoutApi = await node.startCollector(nobody);
  });

  after(async () => {
    for (const each of [collector, withClaimUid, withoutApi]) await each?.stop();
    await node?.stop();
    await backend?.close();
    for (const each of [api, otherApi]) await each?.close();
    certificates?.remove();
  });

  it('are asked of the API server as often as documented, one object a request', async () => {
    const expected = documentedRequests('at the start');
    // The node object is asked for once there are devices to compare it with.
    await seriesOf(collector);
    await eventually(
      'the requests',
      () => api.requests.length,
      (count) => count >= expected,
    );
    const objects = [
      ...volumes.map(({ persistentVolume }) => `persistentvolumes/${persistentVolume}`),
      `nodes/${testNode}`,
    ].map((path) => `GET /api/v1/${path}?resourceVersion=0`);
    expect(objects).to.have.length(expected);
    expect(api.requests).to.have.members(objects);
  });

  for (const dialect of ['text', 'openmetrics'] as const) {
    it(`are on every series of the page in every naming: ${dialect}`, async () => {
      const series = await seriesOf(collector, dialect);
      expect(owners(series)).to.deep.equal(ownedAs(ownerLabels));
      expect(new Set(series.map(({ name }) => /^[a-z]+_/.exec(name)?.[0]))).to.deep.equal(
        new Set(['ebs_', 'kubelet_', 'pv_']),
      );
    });
  }

  it('join what a device does with how full it is: the other labels are the same too', async () => {
    const series = await seriesOf(collector);
    for (const [volumeId, keys] of joinKeysOf(series)) expect(keys, volumeId).to.have.length(1);
    for (const prefix of ['ebs_volume_', 'kubelet_volume_stats_']) {
      const capacities = valuesOf(series, `${prefix}capacity_bytes`);
      expect(capacities, prefix).to.deep.equal(byVolume(mounted, capacityBytes));
      expect(valuesOf(series, `${prefix}used_bytes`), prefix).to.deep.equal(byVolume(mounted, usedBytes));
    }
    expect(valuesOf(series, 'pv_disk_usage_bytes_total')).to.deep.equal(byVolume(mounted, capacityBytes));
    expect(valuesOf(series, 'pv_disk_usage_bytes_used')).to.deep.equal(byVolume(mounted, usedBytes));
  });

  it('read so, for a volume that two pods share, a block volume, and one that nobody owns', async () => {
    const { body } = await collector.scrape();
    const shown =
      /^(?:ebs_volume_up|ebs_volume_used_percent|kubelet_volume_stats_used_bytes|pv_disk_usage_bytes_used)\{.*volume_id="vol-0{15}0[015]"/;
    const lines = body.split('\n').filter((line) => shown.test(line));
    goldenFiles(import.meta.url).expectGolden('owners.txt', `${lines.join('\n')}\n`);
  });

  it('without an API server are what the kubelet knows, and the log says once what is missing and why', async () => {
    const series = await seriesOf(withoutApi);
    expect(owners(series)).to.deep.equal(ownedAs(kubeletLabels));
    expect(valuesOf(series, 'ebs_volume_used_bytes')).to.deep.equal(byVolume(mounted, usedBytes));
    expect(complaints(withoutApi).map(({ msg }) => msg)).to.deep.equal([
      `the Kubernetes API is not available: cannot ask ${unheard}: connect ECONNREFUSED ${unheard} (network policies and firewalls must let the collector there); until it is, claims, storage classes and labels that are not known yet are missing`,
    ]);
  });

  it('are unknown to who is not in the group of the kubelet’s folders, and the log says once how to be', async () => {
    // The reader’s socket is for the one user, whatever his group.
    const stranger = await node.startCollector(otherApi.port, [], 65532);
    try {
      const series = await seriesOf(stranger);
      expect(owners(series)).to.deep.equal(
        Object.fromEntries([rootDisk, ...volumes.map(({ handle }) => handle)].map((id) => [id, [{}]])),
      );
      await seriesOf(stranger);
      const why = `EACCES: permission denied, scandir '${node.kubelet.path}/pods' (the kubelet's folders are for root's group: run with group 0)`;
      expect(complaints(stranger).map(({ msg }) => msg)).to.deep.equal([
        `cannot see which pods have which volumes: ${why}`,
        `cannot see which volumes are mounted: ${why}`,
      ]);
    } finally {
      await stranger.stop();
    }
  });

  it('need no other request as long as nothing changes', () => {
    expect(api.requests).to.have.length(documentedRequests('at the start'));
    expect(new Set(api.tokens)).to.deep.equal(new Set(['token-1']));
  });

  describe('of which one is unmounted, one made anew and one bound anew, with another token by then', () => {
    const now = [...volumes.filter((volume) => volume !== second), rebound, renewed];
    let asked: number;

    before(async () => {
      asked = api.requests.length;
      node.serviceAccount.rotate('token-2');
      for (const each of [api, otherApi]) each.accept('token-2');

      // The API server first, as in a cluster: who looks at the node meanwhile finds nothing there that it does not know.
      for (const each of [api, otherApi]) {
        tellApi(each, now);
        each.removeVolume(third.persistentVolume);
      }
      unmount(node.kubelet.mountPath(last.pod, last));
      node.kubelet.beginUnmount(last.pod, last);
      unpublish(node, second);
      publish(node, rebound);
      unpublish(node, third);
      await attachAndPublish(node, renewed);
      await eventually(
        'the requests',
        () => [api, otherApi].map(({ requests }) => requests.some((path) => path.includes('pvc-renewed'))),
        (each) => each.every(Boolean),
      );
    });

    it('tell a claim from the one before of its name, whose volume is still there', async () => {
      // A reading may be older than what the API server said.
      const series = await eventually(
        'the series of the new volume',
        () => seriesOf(collector),
        (each) =>
          valuesOf(each, 'kubelet_volume_stats_used_bytes')[renewed.handle] === usedBytes(renewed) &&
          ownersOf(each).get(renewed.handle)?.length === 1,
      );
      expect(owners(series)).to.deep.equal(ownedAs(ownerLabels, now));
      expect(ownersOf(series).get(renewed.handle)).to.deep.equal([
        { ...ownerLabels(third), persistentvolume: 'pvc-renewed' },
      ]);
    });

    it('stay on the device of a volume that is being unmounted, and say nothing of the disk below', async () => {
      const series = await seriesOf(collector);
      const full = byVolume(
        [...mounted.filter((volume) => ![third, last].includes(volume)), renewed],
        usedBytes,
      );
      for (const name of [
        'ebs_volume_used_bytes',
        'kubelet_volume_stats_used_bytes',
        'pv_disk_usage_bytes_used',
      ]) {
        expect(valuesOf(series, name), name).to.deep.equal(full);
      }
      expect(ownersOf(series).get(last.handle)).to.deep.equal([ownerLabels(last)]);
    });

    it('tell a claim by its uid, where it has the volume of the one before', async () => {
      const uids = async () =>
        ownersOf(await seriesOf(withClaimUid))
          .get(second.handle)
          ?.map((owner) => owner['persistentvolumeclaim_uid']);
      await eventually('the uid', uids, (each) => each?.[0] === 'claim-2b');
      expect(await uids()).to.deep.equal(['claim-2b']);
    });

    it('are asked for with the new token, at once', () => {
      const tokens = api.tokens.slice(asked);
      expect(tokens).not.to.be.empty;
      expect(new Set(tokens)).to.deep.equal(new Set(['token-2']));
    });

    it('are on every point that is pushed, the last push included', async () => {
      expect(await collector.stop()).to.equal(0);
      const push = backend.pushes.at(-1);
      const series = push === undefined ? [] : pushedSeries(push);
      expect(owners(series)).to.deep.equal(ownedAs(ownerLabels, now));
      expect(valuesOf(series, 'k8s.volume.usage')).to.include(byVolume([renewed], usedBytes));
    });

    it('give nobody anything to complain of', () => {
      for (const each of [collector, withClaimUid]) expect(complaints(each)).to.deep.equal([]);
    });
  });
});
