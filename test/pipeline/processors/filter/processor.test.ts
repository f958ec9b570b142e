import { expect } from 'chai';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { countDataPoints } from '../../../../pipeline/exporters/otlphttp/payload.ts';
import type { FilterProcessorConfig } from '../../../../pipeline/processors/filter/config.ts';
import { createFilterProcessor } from '../../../../pipeline/processors/filter/processor.ts';
import { counter, gauge, point, resourceMetrics } from '../../../fixtures/metrics.ts';
import { arbitraryMetrics, freeze, plain } from '../arbitrary-metrics.ts';

const everything = { include: ['*'], exclude: [] };
const create = (config: Partial<FilterProcessorConfig>) =>
  createFilterProcessor({ metrics: everything, volumes: everything, ...config });

const metrics = resourceMetrics(
  {},
  {
    receiver: [
      counter(
        { name: 'aws.ebs.volume.io' },
        point(1, { 'aws.ebs.volume.id': 'vol-1', 'system.device.name': 'nvme1n1' }),
        point(2, { 'aws.ebs.volume.id': 'vol-2', 'system.device.name': 'nvme2n1' }),
      ),
      counter(
        { name: 'aws.instance_store.volume.io' },
        point(3, { 'aws.instance_store.volume.serial': 'AWS1', 'system.device.name': 'nvme3n1' }),
      ),
    ],
    own: [gauge({ name: 'ebs.collector.volumes' }, point(3))],
  },
);

/** `metric value` of each point. */
const left = ({ scopeMetrics }: ResourceMetrics): string[] =>
  scopeMetrics.flatMap((scope) =>
    scope.metrics.flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ value }) => `${scope.scope.name}: ${descriptor.name} ${JSON.stringify(value)}`),
    ),
  );

const selection = fc.record({
  include: fc.array(fc.constantFrom('*', 'aws.*', 'vol-*', 'nvme?n1', 'nothing'), { maxLength: 2 }),
  exclude: fc.array(fc.constantFrom('*.up', 'vol-1', 'nvme*', 'nothing'), { maxLength: 2 }),
});

describe('the filter processor', () => {
  it('drops metrics by name, and the scopes that are left empty', () => {
    expect(left(create({ metrics: { include: ['aws.*'], exclude: ['aws.ebs.*'] } })(metrics))).to.deep.equal([
      'receiver: aws.instance_store.volume.io 3',
    ]);
    const filtered = create({ metrics: { include: ['aws.*'], exclude: [] } })(metrics);
    expect(filtered.scopeMetrics.map(({ scope }) => scope.name)).to.deep.equal(['receiver']);
  });

  it('drops points by volume id, serial or device name, and the metrics that are left empty', () => {
    const kept = (volumes: FilterProcessorConfig['volumes']) => left(create({ volumes })(metrics));
    const own = 'own: ebs.collector.volumes 3';
    expect(kept({ include: ['vol-1'], exclude: [] })).to.deep.equal(['receiver: aws.ebs.volume.io 1', own]);
    expect(kept({ include: ['nvme2n1', 'AWS*'], exclude: [] })).to.deep.equal([
      'receiver: aws.ebs.volume.io 2',
      'receiver: aws.instance_store.volume.io 3',
      own,
    ]);
    expect(kept({ include: ['*'], exclude: ['nvme1n1', 'AWS1'] })).to.deep.equal([
      'receiver: aws.ebs.volume.io 2',
      own,
    ]);
  });

  it('shares what it keeps', () => {
    const filtered = create({ volumes: { include: ['vol-*'], exclude: ['vol-2'] } })(metrics);
    expect(filtered.scopeMetrics[1]).to.equal(metrics.scopeMetrics[1]);
    expect(filtered.resource).to.equal(metrics.resource);
    expect(create({})(metrics)).to.equal(metrics);
  });

  it('never writes into what it is given, adds nothing and drops nothing twice', () => {
    fc.assert(
      fc.property(arbitraryMetrics, selection, selection, (given, byName, byVolume) => {
        const before = plain(given);
        const process = create({ metrics: byName, volumes: byVolume });
        const once = process(freeze(given));
        expect(plain(given)).to.deep.equal(before);
        expect(left(given)).to.include.members(left(once));
        expect(process(once)).to.equal(once);
      }),
    );
  });

  it('and its opposite keep every point once, by name', () => {
    fc.assert(
      fc.property(arbitraryMetrics, fc.constantFrom('*', 'aws.*', '*.up', 'nothing'), (given, glob) => {
        const kept = create({ metrics: { include: [glob], exclude: [] } })(given);
        const dropped = create({ metrics: { include: ['*'], exclude: [glob] } })(given);
        expect(countDataPoints(kept) + countDataPoints(dropped)).to.equal(countDataPoints(given));
      }),
    );
  });
});
