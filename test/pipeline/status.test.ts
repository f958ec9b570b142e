import { expect } from 'chai';
import type { Exporter } from '../../pipeline/component.ts';
import { healthOf, statusOf, type Running } from '../../pipeline/status.ts';
import { createReadingHistory, type Reading } from '../../receiver/nvme/reading.ts';
import {
  ebsVolume,
  instanceStoreVolume,
  scriptedMachine,
  statistics,
  wallStartMs,
} from '../fixtures/volumes.ts';
import { configure } from './configured.ts';
import { createReceiverDouble } from './receiver-double.ts';

const exporter = (notReady?: string): Exporter => ({
  start: async () => undefined,
  notReady: () => notReady,
  shutdown: async () => undefined,
});

const config = await configure(`
receivers: {nvme: {}}
processors: {resource: {}}
exporters: {prometheus: {}, otlphttp: {endpoint: "http://127.0.0.1:4318"}}
service:
  pipelines:
    metrics: {receivers: [nvme], processors: [resource], exporters: [prometheus, otlphttp]}
    metrics/b: {receivers: [nvme], exporters: [otlphttp]}
`);

function running(parts: Partial<Running> = {}): Running {
  return { version: '1.2.3', config, receivers: new Map(), exporters: new Map(), ...parts };
}

const empty: Reading = { readAtMs: 1, volumes: [] };

async function twoReadings(): Promise<Reading> {
  const machine = scriptedMachine();
  const history = createReadingHistory(false);
  const [good, bad] = [ebsVolume(1, 'vol-good'), instanceStoreVolume(2, 'AWS-bad')];
  machine.drives.set(good, statistics());
  machine.drives.set(bad, 'timeout');
  const read = async () => {
    machine.nowMs += 2000;
    return history.next([good, bad], await machine.read([good, bad], 1), wallStartMs).reading;
  };
  await read();
  machine.drives.set(good, statistics({ queueLength: 3, volumeIopsExceededMicros: 1_000_000 }));
  return read();
}

describe('the health of a collector', () => {
  it('is ready once every receiver has read the node, be there volumes or not', () => {
    const latest = empty;
    const read = createReceiverDouble('a', { latest });
    const waiting = createReceiverDouble('b');
    expect(healthOf(running({ receivers: new Map([['nvme', read]]) }))).to.deep.equal({
      ready: true,
      reasons: [],
    });
    const receivers = new Map([
      ['nvme', read],
      ['nvme/b', waiting],
    ]);
    expect(healthOf(running({ receivers }))).to.deep.equal({
      ready: false,
      reasons: ['receiver nvme/b: nothing was read yet'],
    });
  });

  it('does not suffer from backends that are away', () => {
    const receivers = new Map([['nvme', createReceiverDouble('a', { latest: empty })]]);
    const exporters = new Map([['otlphttp', exporter('last push failed: ECONNREFUSED')]]);
    expect(healthOf(running({ receivers, exporters })).ready).to.equal(true);
  });
});

describe('the status of a collector', () => {
  it('tells of every volume how its last reading went', async () => {
    const receivers = new Map([
      ['nvme', createReceiverDouble('a', { latest: await twoReadings() })],
      ['nvme/b', createReceiverDouble('b')],
    ]);
    const [good, ...others] = statusOf(running({ receivers })).volumes;
    expect(good).to.include({ kind: 'ebs', id: 'vol-good', device: 'nvme1n1' });
    expect(good?.reading).to.include({ state: 'up', queueLength: 3 });
    expect(good?.reading.state === 'up' && good.reading.exceeded).to.include({
      volumeIops: 0.5,
      volumeThroughput: 0,
      instanceIops: 0,
      instanceThroughput: 0,
    });
    expect(others).to.deep.equal([
      {
        kind: 'instance_store',
        id: 'AWS-bad',
        device: 'nvme2n1',
        reading: { state: 'error', errorType: 'timeout', message: 'cannot read /dev/nvme2n1: timeout' },
      },
    ]);
  });

  it('tells which version runs, and for how long', () => {
    const { version, uptimeSeconds } = statusOf(running());
    expect(version).to.equal('1.2.3');
    expect(uptimeSeconds).to.be.greaterThan(0);
  });

  it('says when one of the receivers makes its volumes up', () => {
    const real = createReceiverDouble('a');
    const made = createReceiverDouble('b', { simulated: true });
    const of = (...doubles: (typeof real)[]) =>
      statusOf(running({ receivers: new Map(doubles.map((double, index) => [`nvme/${index}`, double])) }))
        .simulated;
    expect([of(real), of(real, made)]).to.deep.equal([false, true]);
  });

  it('tells what goes where, and which exporter is not ready', () => {
    const exporters = new Map([
      ['prometheus', exporter()],
      ['otlphttp', exporter('last push failed: 503')],
      ['otlphttp (metrics/b)', exporter()],
    ]);
    expect(statusOf(running({ exporters })).pipelines).to.deep.equal([
      {
        id: 'metrics',
        receivers: ['nvme'],
        processors: ['resource'],
        exporters: [
          { id: 'prometheus', notReady: undefined },
          { id: 'otlphttp', notReady: 'last push failed: 503' },
        ],
      },
      {
        id: 'metrics/b',
        receivers: ['nvme'],
        processors: [],
        // The exporter stands in two pipelines: this one has another of its kind.
        exporters: [{ id: 'otlphttp', notReady: undefined }],
      },
    ]);
  });
});
