import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Processor } from '../../../../../pipeline/component.ts';
import { testNode, testPod } from '../../../../fixtures/kubelet.ts';
import {
  claimVolume,
  nodeMetrics,
  startCluster,
  testVolume,
  testVolumeId,
  type Cluster,
} from '../cluster.ts';

const kind = 'ebs.collector.drift.kind';

describe('the watch for drift', () => {
  let cluster: Cluster;
  beforeEach(async () => {
    cluster = await startCluster();
    claimVolume(cluster, 1);
    cluster.api.addNode(testNode, [testVolumeId(1)]);
  });
  afterEach(() => cluster.stop());

  const pass = async (process: Processor, ms: number, ...devices: readonly number[]) => {
    for (let passedMs = 0; passedMs < ms; passedMs += 10_000) {
      process(nodeMetrics(...devices));
      await cluster.pass(10_000);
    }
  };
  const values = async (name: string): Promise<Readonly<Record<string, unknown>>> =>
    Object.fromEntries(
      (await cluster.own())
        .filter((each) => each.name === name)
        .map(({ attributes, value }) => [String(attributes[kind]), value]),
    );
  const said = () =>
    cluster.log.filter((line) => line['kind'] !== undefined).map(({ msg, volume }) => [msg, volume]);

  it('finds nothing where all is as it should be', async () => {
    const process = await cluster.start();
    await pass(process, 200_000, 1);
    expect(await values('ebs.collector.drift')).to.deep.equal({ missing_device: 0, unexplained_device: 0 });
    expect(await values('ebs.collector.drift.age')).to.deep.equal({});
    expect(said()).to.deep.equal([]);
  });

  it('counts a volume that no device shows, with its age, and says so once', async () => {
    cluster.api.addNode(testNode, [testVolumeId(1), testVolumeId(2)]);
    const process = await cluster.start();
    await pass(process, 100_000, 1);
    expect(await values('ebs.collector.drift')).to.include({ missing_device: 0 });
    await pass(process, 200_000, 1);
    expect(await values('ebs.collector.drift')).to.deep.equal({ missing_device: 1, unexplained_device: 0 });
    expect((await values('ebs.collector.drift.age'))['missing_device']).to.be.within(250, 300);
    expect(said()).to.deep.equal([
      ['Kubernetes says that the volume is attached to this node, and no device shows it', testVolumeId(2)],
    ]);
    await pass(process, 30_000, 1, 2);
    expect(await values('ebs.collector.drift.found')).to.include({ missing_device: 1 });
    expect(await values('ebs.collector.drift.cleared')).to.include({ missing_device: 1 });
    expect(said()).to.have.length(2);
  });

  it('finds a volume that is attached while nothing changes here', async () => {
    const process = await cluster.start();
    await pass(process, 60_000, 1);
    cluster.api.addNode(testNode, [testVolumeId(1), testVolumeId(2)]);
    await pass(process, 800_000, 1);
    expect(await values('ebs.collector.drift')).to.include({ missing_device: 1 });
  });

  it('counts a device that no attachment explains, but for disks with partitions', async () => {
    cluster.sysfs.addController('nvme0', { partitions: [1, 128] });
    cluster.sysfs.addController('nvme7', {});
    const process = await cluster.start();
    await pass(process, 200_000, 0, 1, 7);
    expect(await values('ebs.collector.drift')).to.deep.equal({ missing_device: 0, unexplained_device: 1 });
    expect(said()).to.have.deep.nested.property('[0][1]', testVolumeId(7));
  });

  it('misses nothing on a Xen instance, whose EBS volumes do not say which they are', async () => {
    mkdirSync(join(cluster.sysfs.path, 'class/block/xvda'), { recursive: true });
    const process = await cluster.start();
    await pass(process, 200_000);
    expect(await values('ebs.collector.drift')).to.deep.equal({ missing_device: 0, unexplained_device: 0 });
  });

  it('leaves out what it is told to, by id or by device', async () => {
    const process = await cluster.start({
      drift: { enabled: true, interval: 600_000, after: 120_000, ignore: ['nvme7*', testVolumeId(8)] },
    });
    await pass(process, 200_000, 1, 7, 8);
    expect(await values('ebs.collector.drift')).to.include({ unexplained_device: 0 });
  });

  it('does not miss a volume that the receiver is told to leave out', async () => {
    cluster.api.addNode(testNode, [testVolumeId(1), testVolumeId(2)]);
    cluster.sysfs.addController('nvme2', { serial: testVolumeId(2).replace('-', '') });
    const process = await cluster.start();
    await pass(process, 200_000, 1);
    expect(await values('ebs.collector.drift')).to.include({ missing_device: 0 });
  });

  it('does not take a volume that comes or goes in good order for drift', async () => {
    const process = await cluster.start();
    await pass(process, 60_000, 1);
    cluster.api.addNode(testNode, [testVolumeId(1), testVolumeId(2)]);
    await pass(process, 200_000, 1, 2);
    cluster.kubelet.unpublish(testPod(1), testVolume(1));
    cluster.api.addNode(testNode, [testVolumeId(2)]);
    await pass(process, 300_000, 2);
    expect(said()).to.deep.equal([]);
  });

  it('compares with what the kubelet says where the API cannot be asked', async () => {
    cluster.api.fail({ status: 403 });
    const process = await cluster.start();
    await pass(process, 200_000, 7);
    expect(await values('ebs.collector.drift')).to.deep.equal({ missing_device: 1, unexplained_device: 0 });
  });

  it('says nothing while nobody asks the pipeline, and nothing where it is off', async () => {
    await cluster.start();
    await cluster.pass(200_000);
    expect(await values('ebs.collector.drift')).to.deep.equal({});
    const process = await cluster.start({ drift: { enabled: false, interval: 1, after: 1, ignore: [] } });
    await pass(process, 200_000, 7);
    expect(await values('ebs.collector.drift')).to.deep.equal({});
  });
});
