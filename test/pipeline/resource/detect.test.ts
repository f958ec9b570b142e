import { expect } from 'chai';
import {
  assembleAttributes,
  createResourceDetector,
  type KnownAtOnce,
} from '../../../pipeline/resource/detect.ts';
import type { MetadataOutcome } from '../../../pipeline/resource/imds.ts';
import { recordLog } from '../../fixtures/component-context.ts';
import { createManualClock } from '../../fixtures/manual-clock.ts';

const laptop: KnownAtOnce = {
  version: '1.2.3',
  machine: { hostName: 'ip-10-0-0-12', arch: 'amd64', instance: undefined },
  otel: { serviceName: undefined, resourceAttributes: {} },
  nodeName: undefined,
  clusterId: undefined,
  configured: {},
};
const instance = { instanceId: 'i-0123456789abcdef0', instanceType: 'm7i.2xlarge' };
const nitro: KnownAtOnce = { ...laptop, machine: { ...laptop.machine, instance } };
const identity = {
  ...instance,
  region: 'eu-central-1',
  availabilityZone: 'eu-central-1b',
  accountId: '123456789012',
};

describe('the attributes of the resource', () => {
  it('off EC2 are the service and the host', () => {
    expect(assembleAttributes(laptop, undefined)).to.deep.equal({
      'service.name': 'ebs-nvme-collector',
      'service.version': '1.2.3',
      'service.instance.id': 'ip-10-0-0-12',
      'host.name': 'ip-10-0-0-12',
      'host.arch': 'amd64',
    });
  });

  it('on EC2 name the instance at once, by its firmware', () => {
    expect(assembleAttributes(nitro, undefined)).to.include({
      'service.instance.id': 'i-0123456789abcdef0',
      'host.id': 'i-0123456789abcdef0',
      'host.type': 'm7i.2xlarge',
      'cloud.provider': 'aws',
      'cloud.platform': 'aws_ec2',
    });
  });

  it('say where, once instance metadata has answered', () => {
    expect(assembleAttributes(nitro, identity)).to.include({
      'cloud.region': 'eu-central-1',
      'cloud.availability_zone': 'eu-central-1b',
      'cloud.account.id': '123456789012',
    });
  });

  it('name the node and the cluster by the downward API', () => {
    const attributes = assembleAttributes({ ...nitro, nodeName: 'node-7', clusterId: 'blue' }, identity);
    expect(attributes).to.include({
      'k8s.node.name': 'node-7',
      'k8s.cluster.name': 'blue',
      'host.name': 'node-7',
      'service.instance.id': 'i-0123456789abcdef0',
    });
  });

  it('take an empty variable for none', () => {
    const attributes = assembleAttributes({ ...laptop, nodeName: '', clusterId: '' }, undefined);
    expect(attributes).not.to.have.any.keys('k8s.node.name', 'k8s.cluster.name');
    expect(attributes['host.name']).to.equal('ip-10-0-0-12');
  });

  it('are the environment’s before the detected ones, and the configuration’s before all', () => {
    const given = {
      'k8s.node.name': 'env-node',
      'k8s.cluster.name': 'env-cluster',
      'host.type': 'env-type',
      'service.name': 'env-attributes',
      'cloud.region': 'env-region',
    };
    const known = {
      ...nitro,
      nodeName: 'node-7',
      clusterId: 'blue',
      otel: { serviceName: 'env-service', resourceAttributes: given },
      configured: { 'cloud.region': 'config-region', 'deployment.environment.name': 'production' },
    };
    expect(assembleAttributes(known, identity)).to.include({
      ...given,
      'service.name': 'env-service',
      'host.name': 'env-node',
      'cloud.region': 'config-region',
      'deployment.environment.name': 'production',
    });
  });

  it('keep the id of the service when metadata answers, on every kind of machine', () => {
    for (const known of [laptop, nitro, { ...laptop, nodeName: 'node-7' }]) {
      const before = assembleAttributes(known, undefined)['service.instance.id'];
      expect(assembleAttributes(known, identity)['service.instance.id']).to.equal(before);
    }
  });
});

describe('the resource detector', () => {
  const silent: MetadataOutcome = { ok: false, reason: 'no answer in time', retry: true };

  function detect(known: KnownAtOnce, outcomes: readonly MetadataOutcome[]) {
    const clock = createManualClock();
    const { logger, lines } = recordLog();
    const left = [...outcomes];
    const askedAtMs: number[] = [];
    const detector = createResourceDetector({
      known,
      queryMetadata: async () => {
        askedAtMs.push(clock.nowMs());
        return left.shift() ?? silent;
      },
      logger,
      setTimer: clock.setTimer,
    });
    /** Lets what is due run, and what follows from it. */
    const pass = async (ms: number): Promise<void> => {
      clock.advance(ms);
      await new Promise((resolve) => setImmediate(resolve));
    };
    return { detector, clock, lines, askedAtMs, pass };
  }

  it('knows at once what needs no network', () => {
    const { detector } = detect(nitro, [silent]);
    expect(detector.current().attributes['host.id']).to.equal('i-0123456789abcdef0');
    detector.stop();
  });

  it('has the whole resource when it settles, and keeps it', async () => {
    const { detector, clock, lines } = detect(laptop, [{ ok: true, identity }]);
    await detector.settled;
    expect(detector.current().attributes).to.include({
      'host.id': identity.instanceId,
      'cloud.region': identity.region,
    });
    expect(detector.current()).to.equal(detector.current());
    expect(clock.pending()).to.equal(0);
    expect(lines.map(({ level, msg }) => `${level} ${msg}`)).to.deep.equal([
      'info instance metadata answered',
    ]);
  });

  it('settles without metadata and asks again, ever later, five times', async () => {
    const { detector, clock, askedAtMs, pass } = detect(laptop, []);
    await detector.settled;
    for (let second = 0; second < 1000; second++) await pass(1000);
    expect(askedAtMs).to.deep.equal([0, 10_000, 30_000, 70_000, 150_000, 310_000]);
    expect(clock.pending()).to.equal(0);
  });

  it('takes what a later attempt learns', async () => {
    const { detector, pass } = detect(laptop, [silent, { ok: true, identity }]);
    await detector.settled;
    const before = detector.current();
    await pass(10_000);
    expect(detector.current()).not.to.equal(before);
    expect(detector.current().attributes['host.id']).to.equal(identity.instanceId);
  });

  it('does not ask again where that is of no use', async () => {
    const { detector, clock } = detect(laptop, [{ ok: false, reason: 'disabled', retry: false }]);
    await detector.settled;
    expect(clock.pending()).to.equal(0);
  });

  it('is quiet about missing metadata off EC2, and not on it', async () => {
    for (const [known, level] of [
      [laptop, 'debug'],
      [nitro, 'info'],
    ] as const) {
      const { detector, lines } = detect(known, [silent]);
      await detector.settled;
      detector.stop();
      expect(lines.map((line) => line.level)).to.deep.equal([level]);
    }
  });

  it('gives a query that hangs its budget and no more', async () => {
    const clock = createManualClock();
    const detector = createResourceDetector({
      known: laptop,
      queryMetadata: (budget) =>
        new Promise((resolve) => budget.addEventListener('abort', () => resolve(silent))),
      logger: recordLog().logger,
      setTimer: clock.setTimer,
    });
    clock.advance(1000);
    await detector.settled;
    detector.stop();
    expect(clock.pending()).to.equal(0);
  });

  it('asks no more once stopped, and calls off what is under way', async () => {
    const { detector, clock, askedAtMs, pass } = detect(laptop, [silent]);
    await detector.settled;
    detector.stop();
    await pass(1_000_000);
    expect(askedAtMs).to.have.length(1);
    expect(clock.pending()).to.equal(0);
  });
});
