import { expect } from 'chai';
import { claimVolume, nodeMetrics, ownersIn, startCluster, testVolumeId, type Cluster } from '../cluster.ts';

describe('the queue of requests', () => {
  let cluster: Cluster;
  beforeEach(async () => {
    cluster = await startCluster();
  });
  afterEach(() => cluster.stop());

  it('asks for others first where the API cannot answer for one', async () => {
    for (const number of [1, 2, 3]) claimVolume(cluster, number);
    cluster.api.fail({ status: 500, only: /pvc-0001$/ });
    const process = await cluster.start();
    await cluster.pass(0);
    await cluster.pass(10_000);
    const owners = ownersIn(process(nodeMetrics(1, 2, 3)));
    const claimOf = (number: number) => owners[testVolumeId(number)]?.[0]?.['k8s.persistentvolumeclaim.name'];
    expect([1, 2, 3].map(claimOf)).to.deep.equal([undefined, 'data-db-2', 'data-db-3']);
  });
});
