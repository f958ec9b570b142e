import { expect } from 'chai';
import { startCollector, type Collector } from '../fixtures/collector.ts';
import { identityDocument, startImds, type Imds, type ImdsBehaviour } from '../fixtures/imds.ts';
import { ebsDrive, ebsId, startNode, type TestNode } from '../fixtures/node.ts';
import { eventually } from '../fixtures/eventually.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../fixtures/otlp-receiver.ts';

describe('instance metadata', function () {
  this.timeout(60_000);
  let node: TestNode;
  let imds: Imds;
  let backend: OtlpReceiver;
  let collector: Collector | undefined;

  before(async () => {
    node = await startNode();
    await node.attach(ebsDrive(1));
  });
  after(() => node?.stop());

  beforeEach(async () => {
    imds = await startImds();
    backend = await startOtlpReceiver();
  });
  afterEach(async () => {
    await collector?.stop();
    collector = undefined;
    await backend?.close();
    await imds?.close();
  });

  const start = (env: NodeJS.ProcessEnv = {}): Promise<Collector> =>
    startCollector(
      [
        ...node.settings,
        '--set',
        'exporters.prometheus.naming=[ebs, aws_ebs_csi]',
        '--set',
        `exporters.otlphttp={endpoint: "${backend.url}"}`,
        '--set',
        'receivers.nvme.collection_interval=1s',
      ],
      {
        AWS_EC2_METADATA_DISABLED: undefined,
        AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.endpoint.origin,
        ...env,
      },
    );

  const pushedResource = async () => (await backend.push(1)).payloads[0]?.resource ?? {};

  it('says on which instance, from the first push on, and on target_info and labels', async () => {
    collector = await start({ NODE_NAME: 'node-7' });
    await collector.logged('instance metadata answered');
    // Where this process stood still for longer than metadata has to answer, it was asked again later.
    if (imds.requests.length === 2) {
      expect(await pushedResource()).to.have.property('host.id', identityDocument.instanceId);
    }
    const resource = await eventually(
      'a resource',
      () => backend.pushes.at(-1)?.payloads[0]?.resource ?? {},
      (attributes) => 'host.id' in attributes,
    );
    expect(resource).to.include({
      'host.id': identityDocument.instanceId,
      'host.type': identityDocument.instanceType,
      'host.name': 'node-7',
      'cloud.provider': 'aws',
      'cloud.platform': 'aws_ec2',
      'cloud.region': identityDocument.region,
      'cloud.availability_zone': identityDocument.availabilityZone,
      'cloud.account.id': identityDocument.accountId,
    });
    const { body } = await collector.scrape();
    const targetInfo = body.split('\n').find((line) => line.startsWith('target_info{'));
    for (const label of [
      `host_id="${identityDocument.instanceId}"`,
      `host_type="${identityDocument.instanceType}"`,
      `cloud_region="${identityDocument.region}"`,
      `cloud_availability_zone="${identityDocument.availabilityZone}"`,
      `cloud_account_id="${identityDocument.accountId}"`,
    ]) {
      expect(targetInfo).to.include(label);
    }
    const labels = `instance_id="${identityDocument.instanceId}",volume_id="${ebsId(1)}"`;
    expect(body).to.match(new RegExp(`^aws_ebs_csi_read_ops_total\\{${labels}\\} `, 'm'));
    expect(imds.requests.slice(-2)).to.deep.equal([
      'PUT /latest/api/token',
      'GET /latest/dynamic/instance-identity/document',
    ]);
  });

  const absences: Readonly<Record<string, ImdsBehaviour>> = {
    'does not answer': { token: { hang: true } },
    'has no end': { document: { flood: true } },
    refuses: { token: { status: 403, body: '' } },
    'answers nonsense': { document: { body: '<html>captive portal</html>' } },
  };
  for (const [absence, behaviour] of Object.entries(absences)) {
    it(`that ${absence} delays no scrape, and the first push by a moment only`, async () => {
      imds.behave(behaviour);
      collector = await start();
      const { status, body } = await collector.scrape();
      expect(status).to.equal(200);
      expect(body).to.include(ebsId(1));
      const resource = await pushedResource();
      expect(resource).to.include({ 'service.name': 'ebs-nvme-collector' });
      expect(resource).to.not.have.any.keys('cloud.region', 'cloud.account.id');
      expect(await collector.stop()).to.equal(0);
    });
  }

  it('is not asked where it is disabled', async () => {
    collector = await start({ AWS_EC2_METADATA_DISABLED: 'true' });
    await backend.push(1);
    expect(imds.requests).to.deep.equal([]);
  });
});
