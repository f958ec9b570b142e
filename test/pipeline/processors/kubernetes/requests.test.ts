import { expect } from 'chai';
import type { Processor } from '../../../../pipeline/component.ts';
import { documentedRequests } from '../../../fixtures/documented-requests.ts';
import { testNode, testPod } from '../../../fixtures/kubelet.ts';
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

/** What docs/kubernetes.md says of a node's requests, against a server that counts. */

const numbers = Array.from({ length: 28 }, (_, index) => index + 1);
const isBlock = (number: number) => number % 5 === 0;
const hourMs = 3_600_000;
/** A pipeline that is asked less often asks nobody else less often. */
const longStepMs = 20_000;

describe('a node with 28 volumes', function () {
  // Hours pass in it, which takes seconds, and many on a machine whose host has other things to do.
  this.timeout(60_000);
  let cluster: Cluster;
  beforeEach(async () => {
    cluster = await startCluster();
    for (const number of numbers) claimVolume(cluster, number, isBlock(number) ? 'block' : 'filesystem');
    // One is shared by two pods.
    cluster.kubelet.addPod(testPod(101));
    cluster.kubelet.publish(testPod(101), testVolume(1));
    cluster.api.addNode(testNode, numbers.map(testVolumeId));
  });
  afterEach(() => cluster.stop());

  /** Lets time pass in steps, a scrape each, and counts what was asked meanwhile. */
  const requestsIn = async (process: Processor, ms: number, stepMs = 5_000): Promise<number> => {
    const before = cluster.api.requests.length;
    for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
      process(nodeMetrics(...numbers));
      await cluster.pass(stepMs);
    }
    return cluster.api.requests.length - before;
  };

  /** An hour that begins when all is settled. */
  const hourOf = async (process: Processor): Promise<number> => {
    await requestsIn(process, 240_000, longStepMs);
    return requestsIn(process, hourMs, longStepMs);
  };

  const started = async (config: Parameters<Cluster['start']>[0] = {}) => {
    const process = await cluster.start(config);
    return { process, atStart: await requestsIn(process, 60_000) };
  };

  it('has the right owner on every series', async () => {
    const { process } = await started();
    cluster.kubelet.beginUnmount(testPod(28), testVolume(28));
    await cluster.pass(10_000);
    const owners = ownersIn(process(nodeMetrics(...numbers)));
    expect(Object.keys(owners)).to.have.length(28);
    for (const number of numbers) {
      expect(owners[testVolumeId(number)], String(number)).to.deep.equal([ownerOf(number)]);
    }
  });

  it('asks as often as documented', async () => {
    const { process, atStart } = await started();
    expect(atStart).to.equal(documentedRequests('at the start'));
    expect(await hourOf(process)).to.equal(documentedRequests('in an hour in which nothing changes'));
  });

  it('asks as often as documented for labels of claims', async () => {
    const { process, atStart } = await started({ pvc_labels: ['team'] });
    expect(atStart).to.equal(documentedRequests('the same with `pvc_labels`, at the start'));
    expect(await hourOf(process)).to.equal(documentedRequests('the same with `pvc_labels`, in an hour'));
  });

  for (const [row, labels] of [
    ['a volume comes, or another pod takes it', []],
    ['the same with `pvc_labels`', ['team']],
  ] as const) {
    it(`asks as often as documented when ${row}`, async () => {
      const { process } = await started({ pvc_labels: labels });
      claimVolume(cluster, 29);
      expect(await requestsIn(process, 120_000)).to.equal(documentedRequests(row));
    });
  }

  it('asks as often as documented when a volume goes', async () => {
    const { process } = await started();
    cluster.kubelet.unpublish(testPod(3), testVolume(3));
    expect(await requestsIn(process, 120_000)).to.equal(documentedRequests('a volume goes'));
  });

  it('asks for nothing but single objects of its own', async () => {
    const { process } = await started({ pvc_labels: ['team'] });
    await hourOf(process);
    const others = cluster.api.requests.filter(
      (request) =>
        !/^GET \/api\/v1\/(persistentvolumes\/pvc-00\d\d|namespaces\/shop\/persistentvolumeclaims\/data-db-\d+|nodes\/ip-10-0-0-7[a-z0-9.-]+)\?resourceVersion=0$/.test(
          request,
        ),
    );
    expect(others).to.deep.equal([]);
  });

  it('asks no faster than it may', async () => {
    const process = await cluster.start({ pvc_labels: ['team'] });
    process(nodeMetrics(...numbers));
    await cluster.pass(0);
    expect(cluster.api.requests).to.have.length(32);
    await cluster.pass(1000);
    expect(cluster.api.requests).to.have.length(34);
    await cluster.pass(4000);
    // Time that passed at once makes no second burst.
    expect(cluster.api.requests).to.have.length(42);
  });
});
