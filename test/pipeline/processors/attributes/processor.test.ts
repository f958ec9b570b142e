import { expect } from 'chai';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import type { AttributeAction } from '../../../../pipeline/processors/attribute-actions.ts';
import { createAttributesProcessor } from '../../../../pipeline/processors/attributes/processor.ts';
import { countDataPoints } from '../../../../pipeline/exporters/otlphttp/payload.ts';
import { recordLog } from '../../../fixtures/component-context.ts';
import { counter, point, resourceMetrics } from '../../../fixtures/metrics.ts';
import { arbitraryAction, arbitraryMetrics, freeze, identity, plain } from '../arbitrary-metrics.ts';

function create(...actions: readonly AttributeAction[]) {
  const { logger, lines } = recordLog();
  return { process: createAttributesProcessor({ actions }, { id: 'attributes/test', logger }), lines };
}

const remove = (key: string): AttributeAction => ({
  key,
  action: 'delete',
  value: undefined,
  from_attribute: undefined,
});
const set = (key: string, value: string): AttributeAction => ({
  key,
  action: 'upsert',
  value,
  from_attribute: undefined,
});

const one = { 'aws.ebs.volume.id': 'vol-1', 'system.device.name': 'nvme1n1' };
const two = { 'aws.ebs.volume.id': 'vol-2', 'system.device.name': 'nvme2n1' };
const io = (...attributes: readonly object[]): ResourceMetrics =>
  resourceMetrics(
    {},
    { s: [counter({ name: 'aws.ebs.volume.io' }, ...attributes.map((each) => point(1, { ...each })))] },
  );

const attributesOf = (metrics: ResourceMetrics) =>
  metrics.scopeMetrics.flatMap((scope) =>
    scope.metrics.flatMap(({ dataPoints }) => dataPoints.map(({ attributes }) => attributes)),
  );

describe('the attributes processor', () => {
  it('changes the attributes of every point', () => {
    const { process } = create(remove('system.device.name'), set('team', 'storage'));
    expect(attributesOf(process(io(one, two)))).to.deep.equal([
      { 'aws.ebs.volume.id': 'vol-1', team: 'storage' },
      { 'aws.ebs.volume.id': 'vol-2', team: 'storage' },
    ]);
  });

  it('makes one attributes object of one attributes object, in every metric and collection', () => {
    const { process } = create(set('team', 'storage'));
    const shared = { ...one };
    const metrics = resourceMetrics(
      {},
      {
        s: [counter({ name: 'a' }, point(1, shared)), counter({ name: 'b' }, point(2, shared))],
      },
    );
    const [a, b] = attributesOf(process(metrics));
    expect(a).to.equal(b);
    expect(attributesOf(process({ ...metrics }))[0]).to.equal(a);
  });

  it('keeps the attributes of a metric whose points would become identical, and says so once', () => {
    const { process, lines } = create(remove('aws.ebs.volume.id'), remove('system.device.name'));
    const metrics = io(one, two);
    expect(process(metrics)).to.equal(metrics);
    process(io(one, two));
    expect(lines.map(({ level, msg }) => ({ level, msg }))).to.deep.equal([
      {
        level: 'warn',
        msg: 'attributes/test would make points of aws.ebs.volume.io identical: the metric keeps its attributes; leave it one that tells its points apart',
      },
    ]);
  });

  it('keeps them for good, so that series do not change names with every volume that comes or goes', () => {
    const { process } = create(remove('aws.ebs.volume.id'), remove('system.device.name'));
    process(io(one, two));
    expect(attributesOf(process(io(one)))).to.deep.equal([one]);
  });

  it('changes the other metrics all the same', () => {
    const { process } = create(remove('aws.ebs.volume.id'), remove('system.device.name'));
    const metrics = resourceMetrics(
      {},
      {
        s: [
          counter({ name: 'both' }, point(1, one), point(1, two)),
          counter({ name: 'single' }, point(1, one)),
        ],
      },
    );
    expect(attributesOf(process(metrics))).to.deep.equal([one, two, {}]);
  });

  it('gives back what it does not change', () => {
    const metrics = io(one, two);
    expect(create(remove('nothing')).process(metrics)).to.equal(metrics);
  });

  it('never writes into what it is given, loses no point and makes none identical', () => {
    const distinct = (metrics: ResourceMetrics): number =>
      metrics.scopeMetrics
        .flatMap((scope) => scope.metrics)
        .reduce((sum, { dataPoints }) => {
          const identities = dataPoints.map(({ attributes }) => identity(attributes));
          return sum + new Set(identities).size;
        }, 0);
    fc.assert(
      fc.property(arbitraryMetrics, fc.array(arbitraryAction, { maxLength: 4 }), (given, actions) => {
        const before = plain(given);
        const result = create(...actions).process(freeze(given));
        expect(plain(given)).to.deep.equal(before);
        expect(countDataPoints(result)).to.equal(countDataPoints(given));
        expect(distinct(result)).to.equal(distinct(given));
      }),
    );
  });

  it('changes nothing more when an action is applied again', () => {
    fc.assert(
      fc.property(arbitraryMetrics, arbitraryAction, (given, action) => {
        const { process } = create(action);
        const once = process(given);
        expect(plain(process(once))).to.deep.equal(plain(once));
      }),
    );
  });
});
