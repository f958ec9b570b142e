import { expect } from 'chai';
import { readOtelEnvironment } from '../../../pipeline/config/otel-env.ts';
import { resourceDetector, type ProcessResourceOptions } from '../../../pipeline/resource/of-process.ts';
import type { ApiCall } from '../../../pipeline/telemetry/api-metrics.ts';
import { recordLog } from '../../fixtures/component-context.ts';
import { createManualClock } from '../../fixtures/manual-clock.ts';
import { identityDocument, startImds, type Imds } from '../../fixtures/imds.ts';

describe('the resource of this process', () => {
  let imds: Imds;
  beforeEach(async () => {
    imds = await startImds();
  });
  afterEach(() => imds.close());

  /** What is known once instance metadata has answered or not, and how it was asked. */
  async function detect(
    env: Readonly<Record<string, string>>,
    options: Partial<ProcessResourceOptions> = {},
  ) {
    const calls: ApiCall[] = [];
    const detector = resourceDetector({
      version: '1.2.3',
      env,
      otel: readOtelEnvironment(env),
      configured: {},
      askMetadata: true,
      record: (call) => calls.push(call),
      logger: recordLog().logger,
      // Its time for metadata does not pass, however slow this machine is.
      setTimer: createManualClock().setTimer,
      ...options,
    });
    await detector.settled;
    detector.stop();
    return { attributes: detector.current().attributes, calls };
  }
  const metadata = () => ({ AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.endpoint.href });

  it('is what the machine, the environment and instance metadata say together', async () => {
    const { attributes, calls } = await detect({
      ...metadata(),
      NODE_NAME: 'node-7',
      CLUSTER_ID: 'prod',
      OTEL_SERVICE_NAME: 'disks',
      OTEL_RESOURCE_ATTRIBUTES: 'team=storage',
    });
    expect(attributes).to.include({
      'service.name': 'disks',
      'service.version': '1.2.3',
      'host.id': identityDocument.instanceId,
      'host.type': identityDocument.instanceType,
      'cloud.region': identityDocument.region,
      'k8s.node.name': 'node-7',
      'k8s.cluster.name': 'prod',
      team: 'storage',
    });
    expect(calls.map(({ api, operation }) => `${api} ${operation}`)).to.have.length(imds.requests.length);
  });

  it('is what the configuration says before all else', async () => {
    const configured = { 'service.name': 'configured', 'host.id': 'mine' };
    const { attributes } = await detect({ ...metadata(), OTEL_SERVICE_NAME: 'disks' }, { configured });
    expect(attributes).to.include(configured);
  });

  it('asks nobody where volumes are simulated: no instance is behind their numbers', async () => {
    const { attributes, calls } = await detect({ NODE_NAME: 'node-7' }, { askMetadata: false });
    expect(calls).to.deep.equal([]);
    expect(attributes).to.include({ 'k8s.node.name': 'node-7' }).and.not.have.property('cloud.region');
  });

  it('asks whom it was told to ask all the same', async () => {
    const { attributes } = await detect(metadata(), { askMetadata: false });
    expect(attributes).to.include({ 'cloud.region': identityDocument.region });
  });

  it('asks nobody where instance metadata is switched off', async () => {
    const { calls } = await detect({ ...metadata(), AWS_EC2_METADATA_DISABLED: 'true' });
    expect(calls).to.deep.equal([]);
    expect(imds.requests).to.deep.equal([]);
  });
});
