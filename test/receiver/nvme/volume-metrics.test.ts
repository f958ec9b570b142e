import type { DataPoint } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { metricsOf } from '../../../receiver/columns.ts';
import { createReadingHistory } from '../../../receiver/nvme/reading.ts';
import type { Statistics } from '../../../receiver/nvme/statistics.ts';
import { createVolumeMetrics, scopeName } from '../../../receiver/nvme/volume-metrics.ts';
import { ebsVolume, scriptedMachine, statistics, wallStartMs } from '../../fixtures/volumes.ts';

const volume = ebsVolume(1);

/** Metrics of one volume, reading after reading, 10 s apart. */
function node() {
  const machine = scriptedMachine();
  const history = createReadingHistory(false);
  const metrics = createVolumeMetrics({ latency: false, ioSizes: false, version: '1.2.3' });
  return {
    async collect(answer: Statistics | 'timeout' | 'permission_denied') {
      machine.nowMs += 10_000;
      machine.drives.set(volume, answer);
      const outcomes = await machine.read([volume], 1000);
      const { reading } = history.next([volume], outcomes, wallStartMs + machine.nowMs);
      const [scope] = metricsOf(metrics.collect(reading));
      if (scope === undefined) throw new Error('there is no scope');
      return scope;
    },
  };
}

type Collected = Awaited<ReturnType<ReturnType<typeof node>['collect']>>;

const pointsOf = ({ metrics }: Collected, name: string) =>
  metrics
    .filter(({ descriptor }) => descriptor.name === `aws.ebs.volume.${name}`)
    .flatMap(({ dataPoints }) => dataPoints as DataPoint<number>[]);
const ups = (collected: Collected) =>
  pointsOf(collected, 'up').map(({ value, attributes }) => [value, attributes['error.type']]);

describe('the metrics of volumes', () => {
  it('stand in a scope with the version of the collector', async () => {
    const { scope } = await node().collect(statistics());
    expect(scope).to.deep.equal({ name: scopeName, version: '1.2.3' });
  });

  it('have no ratio until there are two readings, and lose it when the counters start over', async () => {
    const { collect } = node();
    const ratios = async (answer: Statistics) =>
      pointsOf(await collect(answer), 'performance_exceeded.ratio').map(({ value }) => value);
    expect(await ratios(statistics({ readOperations: 5 }))).to.deep.equal([]);
    const limited = statistics({ readOperations: 5, volumeIopsExceededMicros: 5_000_000 });
    expect(await ratios(limited)).to.deep.equal([0.5, 0, 0, 0]);
    expect(await ratios(statistics())).to.deep.equal([]);
  });

  it('say why a volume cannot be read now, and nothing of why it could not be before', async () => {
    const { collect } = node();
    expect(ups(await collect('timeout'))).to.deep.equal([[0, 'timeout']]);
    expect(ups(await collect('permission_denied'))).to.deep.equal([[0, 'permission_denied']]);
    expect(ups(await collect(statistics()))).to.deep.equal([[1, undefined]]);
    expect(ups(await collect('timeout'))).to.deep.equal([[0, 'timeout']]);
  });

  it('begin anew with the attachment, and not before', async () => {
    const { collect } = node();
    const starts = async (answer: Statistics | 'timeout') =>
      pointsOf(await collect(answer), 'up').map(({ startTime }) => startTime[0] - wallStartMs / 1000);
    expect(await starts(statistics({ writeBytes: 9 }))).to.deep.equal([10]);
    expect(await starts('timeout')).to.deep.equal([10]);
    expect(await starts(statistics({ writeBytes: 9 }))).to.deep.equal([10]);
    // Counters that went down have begun at some time since the reading before.
    expect(await starts(statistics({ writeBytes: 1 }))).to.deep.equal([30]);
  });

  it('carry the same attributes, as objects, from reading to reading', async () => {
    const { collect } = node();
    const attributes = async () =>
      pointsOf(await collect(statistics()), 'operations').map((point) => point.attributes);
    const [before, after] = [await attributes(), await attributes()];
    expect(before).to.have.length(2);
    before.forEach((each, index) => expect(after[index]).to.equal(each));
  });

  it('are all there at a reading that says nothing new', async () => {
    const { collect } = node();
    const said = async () =>
      (await collect(statistics({ readOperations: 5, queueLength: 2 }))).metrics.flatMap(
        ({ descriptor, dataPoints }) =>
          (dataPoints as DataPoint<number>[]).map(({ value }) => [descriptor.name, value]),
      );
    await said();
    const before = await said();
    expect(before).to.deep.include(['aws.ebs.volume.queue_length', 2]);
    expect(await said()).to.deep.equal(before);
  });

  it('are of the latest reading, even when the wall clock was set back', async () => {
    const { collect } = node();
    const queue = async (queueLength: number) =>
      pointsOf(await collect(statistics({ queueLength })), 'queue_length').map(({ value }) => value);
    const { now } = Date;
    try {
      expect(await queue(1)).to.deep.equal([1]);
      Date.now = () => now() - 3_600_000;
      expect(await queue(2)).to.deep.equal([2]);
      expect(await queue(3)).to.deep.equal([3]);
    } finally {
      Date.now = now;
    }
  });

  it('are right after more attachments than anybody has patience for', async () => {
    const { collect } = node();
    for (let attachment = 300; attachment > 0; attachment--) {
      const collected = await collect(statistics({ writeBytes: attachment }));
      expect(pointsOf(collected, 'io').map(({ value }) => value)).to.deep.equal([0, attachment]);
    }
  });
});
