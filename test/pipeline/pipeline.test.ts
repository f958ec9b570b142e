import { createNoopMeter } from '@opentelemetry/api';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import type { ResourceMetrics, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import type { Collection } from '../../pipeline/collection.ts';
import type { Processor } from '../../pipeline/component.ts';
import { memoize } from '../../pipeline/processors/memoize.ts';
import { createPipeline, type PipelineParts } from '../../pipeline/pipeline.ts';
import { createLayOut } from '../../receiver/lay-out.ts';
import { gauge, point } from '../fixtures/metrics.ts';
import { createReceiverDouble } from './receiver-double.ts';

/** A pipeline of doubles; what it asked of them is counted. */
function setUp(parts: Partial<PipelineParts> = {}) {
  const counted = { own: 0, processed: 0, collected: 0 };
  const receiver = createReceiverDouble('receiver');
  const count: Processor = (metrics) => {
    counted.processed += 1;
    return metrics;
  };
  const resource = resourceFromAttributes({});
  const ownMetrics: ScopeMetrics = {
    scope: { name: 'own' },
    metrics: [gauge({ name: 'ebs.collector.volumes' }, point(1))],
  };
  const layOut = createLayOut();
  const collect = createPipeline({
    receivers: [receiver],
    processors: [count],
    resource: () => resource,
    collected: () => (counted.collected += 1),
    own: {
      meter: createNoopMeter(),
      collect: async () => {
        counted.own += 1;
        return layOut([ownMetrics]);
      },
    },
    ...parts,
  });
  return { collect, counted, receiver, resource };
}

const scopes = ({ resourceMetrics }: Collection) =>
  resourceMetrics.scopeMetrics.map(({ scope }) => scope.name);

const failure = (collected: Promise<Collection>) =>
  collected.then(
    () => 'collected',
    (error: Error) => error.message,
  );

describe('a pipeline', () => {
  it("carries what the receivers have, then the collector's own metrics, on the resource", async () => {
    const receivers = [createReceiverDouble('a'), createReceiverDouble('b')];
    const { collect, resource } = setUp({ receivers });
    const collection = await collect();
    expect(scopes(collection)).to.deep.equal(['a', 'b', 'own']);
    expect(collection.resourceMetrics.resource).to.equal(resource);
  });

  it('gives one collection to all who ask at once, and does its work once', async () => {
    const { collect, counted } = setUp();
    const collections = await Promise.all([collect(), collect(), collect()]);
    expect(new Set(collections).size).to.equal(1);
    expect(counted).to.deep.equal({ own: 1, processed: 1, collected: 1 });
  });

  it('gives the same collection as long as the receivers share a reading, and another one then', async () => {
    const { collect, counted, receiver } = setUp();
    const first = await collect();
    expect(await collect()).to.equal(first);
    expect(counted).to.deep.equal({ own: 1, processed: 1, collected: 1 });
    receiver.read(2);
    const second = await collect();
    expect(second).to.not.equal(first);
    expect(await collect()).to.equal(second);
    expect(counted).to.deep.equal({ own: 2, processed: 2, collected: 2 });
  });

  it('makes another collection when one of several receivers has read', async () => {
    const receivers = [createReceiverDouble('a'), createReceiverDouble('b')] as const;
    const { collect } = setUp({ receivers });
    const first = await collect();
    receivers[1].read(2);
    expect(await collect()).to.not.equal(first);
  });

  it('makes another collection when more is known of the resource', async () => {
    const [before, after] = [resourceFromAttributes({}), resourceFromAttributes({ 'host.id': 'i-1' })];
    let known: Resource = before;
    const { collect } = setUp({ resource: () => known });
    const first = await collect();
    known = after;
    const second = await collect();
    expect(second).to.not.equal(first);
    expect(second.resourceMetrics.resource).to.equal(after);
    expect(await collect()).to.equal(second);
  });

  it('has the same layout as long as only numbers change, whatever the processors do with it', async () => {
    const rename: Processor = memoize((metrics: ResourceMetrics) => ({
      ...metrics,
      scopeMetrics: metrics.scopeMetrics.map(({ metrics: of }) => ({
        scope: { name: 'other' },
        metrics: of,
      })),
    }));
    const { collect, receiver } = setUp({ processors: [rename] });
    const read = async (readAtMs: number, ...values: readonly number[]) => {
      receiver.read(readAtMs, gauge({ name: 'g' }, ...values.map((value, of) => point(value, { of }))));
      const { layout, resourceMetrics } = await collect();
      const [metric] = resourceMetrics.scopeMetrics[0]?.metrics ?? [];
      return { layout, values: metric?.dataPoints.map(({ value }) => value) };
    };
    const first = await read(2, 5, 6);
    const second = await read(3, 7, 8);
    expect(second.layout).to.equal(first.layout);
    expect([first.values, second.values]).to.deep.equal([
      [5, 6],
      [7, 8],
    ]);
    const third = await read(4, 9);
    expect(third.layout).to.not.equal(first.layout);
    expect(third.values).to.deep.equal([9]);
  });

  it('is of the time of its youngest reading', async () => {
    const receivers = [createReceiverDouble('a'), createReceiverDouble('b')] as const;
    const { collect } = setUp({ receivers });
    receivers[0].read(2000);
    receivers[1].read(1000);
    expect((await collect()).readAtMs).to.equal(2000);
  });

  it("sends everything through the processors in their order, the collector's own metrics too", async () => {
    const seen: string[][] = [];
    const drop =
      (name: string): Processor =>
      (metrics: ResourceMetrics) => {
        seen.push(metrics.scopeMetrics.map(({ scope }) => scope.name));
        return { ...metrics, scopeMetrics: metrics.scopeMetrics.filter(({ scope }) => scope.name !== name) };
      };
    const { collect } = setUp({ processors: [drop('receiver'), drop('own')] });
    expect(scopes(await collect())).to.deep.equal([]);
    expect(seen).to.deep.equal([['receiver', 'own'], ['own']]);
  });

  it('fails where a receiver fails, and works again when it does', async () => {
    const { collect, receiver } = setUp();
    receiver.fail(new Error('cannot list /sys/class/nvme'));
    expect(await failure(collect())).to.equal('cannot list /sys/class/nvme');
    receiver.read(2);
    expect((await collect()).readAtMs).to.equal(2);
  });

  it('goes on after a collection of which a processor could make nothing', async () => {
    let broken = true;
    const process: Processor = (metrics) => {
      if (broken) throw new Error('cannot process');
      return metrics;
    };
    const { collect, receiver } = setUp({ processors: [process] });
    expect(await failure(collect())).to.equal('cannot process');
    broken = false;
    receiver.read(2);
    expect((await collect()).readAtMs).to.equal(2);
  });
});
