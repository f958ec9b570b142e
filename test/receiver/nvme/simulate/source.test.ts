import { expect } from 'chai';
import { decodeStatistics } from '../../../../receiver/nvme/native.ts';
import {
  createSimulatedSource,
  type SimulatedSource,
  type SimulatedSourceOptions,
} from '../../../../receiver/nvme/simulate/source.ts';

interface Simulation {
  readonly source: SimulatedSource;
  nowMs: number;
  /** What went to the decoder. */
  readonly pages: Uint8Array[];
}

const timeOriginMs = Date.UTC(2026, 10, 21);

function simulate(count: number, options: Partial<SimulatedSourceOptions> = {}): Simulation {
  const pages: Uint8Array[] = [];
  const clock = { nowMs: 5_000 };
  const source = createSimulatedSource({
    count,
    now: () => clock.nowMs,
    timeOriginMs,
    decode: (page) => {
      pages.push(page);
      return decodeStatistics(page);
    },
    ...options,
  });
  return Object.defineProperty({ source, pages, nowMs: 0 }, 'nowMs', {
    get: () => clock.nowMs,
    set: (nowMs: number) => {
      clock.nowMs = nowMs;
    },
  });
}

async function readAll({ source }: Simulation) {
  return source.read(source.discover(), 1000);
}

describe('the simulated source', () => {
  it('says that it is simulated, and so do its ids', () => {
    const { source } = simulate(5);
    expect(source.simulated).to.equal(true);
    expect(source.discover().map(({ id }) => id)).to.deep.equal([
      'vol-simulated00000001',
      'vol-simulated00000002',
      'vol-simulated00000003',
      'AWSSIMULATED00000004',
      'vol-simulated00000005',
    ]);
  });

  it('has devices, controllers and models like real ones', () => {
    const [first, , , fourth] = simulate(4).source.discover();
    expect(first).to.deep.equal({
      kind: 'ebs',
      id: 'vol-simulated00000001',
      device: 'nvme1n1',
      controller: 'nvme1',
      model: 'Amazon Elastic Block Store',
      firmware: '1.0',
    });
    expect(fourth?.kind).to.equal('instance_store');
    expect(fourth?.model).to.equal('Amazon EC2 NVMe Instance Storage');
  });

  it('describes volumes as Identify and the kernel would', () => {
    const { source } = simulate(30);
    const descriptions = source.describe(source.discover());
    expect(descriptions[0]).to.deep.equal({ blockDeviceMapping: 'xvdba', controllerState: 'live' });
    expect(descriptions[3]).to.deep.equal({ blockDeviceMapping: 'ephemeral0:sdb', controllerState: 'live' });
    expect(descriptions[26]?.blockDeviceMapping).to.equal('xvdca');
  });

  it('reads every volume it discovers, 512 of them', async () => {
    const simulation = simulate(512);
    const outcomes = await readAll(simulation);
    expect(outcomes).to.have.length(512);
    expect(outcomes.every(({ ok }) => ok)).to.equal(true);
  });

  it('has no volumes where none are asked for', async () => {
    const simulation = simulate(0);
    expect(simulation.source.discover()).to.deep.equal([]);
    expect(await readAll(simulation)).to.deep.equal([]);
  });

  it('refuses a count that cannot be', () => {
    for (const count of [-1, 1.5, 513]) {
      expect(() => simulate(count)).to.throw(
        RangeError,
        `Expected 0 to 512 simulated volumes but received ${count}`,
      );
    }
  });

  it('gives the same pages for the same seed and time, whoever reads in between', async () => {
    const [one, other] = [simulate(7, { seed: 3 }), simulate(7, { seed: 3 })];
    for (let step = 0; step < 5; step++) {
      one.nowMs += 700;
      await readAll(one);
    }
    other.nowMs += 3500;
    await readAll(other);
    expect(one.pages.slice(-7)).to.deep.equal(other.pages);
  });

  it('keeps the attachment of a volume from reading to reading', async () => {
    const simulation = simulate(1);
    const [before] = await readAll(simulation);
    simulation.nowMs += 60_000;
    const [after] = await readAll(simulation);
    if (!before?.ok || !after?.ok) throw new Error('not read');
    expect(before.attachedAtMs).to.be.below(timeOriginMs - 86_400_000);
    expect(after.attachedAtMs).to.equal(before.attachedAtMs);
    expect(after.completedAtMs).to.equal(65_000);
    expect(after.statistics.readOperations).to.be.above(before.statistics.readOperations);
  });

  it('says that a volume is gone when it vanished between discovery and reading', async () => {
    const simulation = simulate(3);
    const volumes = simulation.source.discover();
    simulation.nowMs += 55_000;
    const [first, , third] = await simulation.source.read(volumes, 1000);
    expect(first?.ok).to.equal(true);
    expect(third).to.deep.equal({
      ok: false,
      error: {
        type: 'device_gone',
        message:
          'cannot read /dev/nvme3n1: the simulated volume vol-simulated00000003 is detached for a moment; it comes back by itself',
        errno: 'ENOENT',
      },
      durationSeconds: 0,
    });
    expect(simulation.source.discover()).to.have.length(2);
  });

  it('brings the volume back as another attachment', async () => {
    const simulation = simulate(3);
    simulation.nowMs += 61_000;
    const [, , third] = await readAll(simulation);
    if (!third?.ok) throw new Error('not read');
    expect(third.attachedAtMs).to.equal(timeOriginMs + 5_000 + 60_000);
    expect(third.statistics.readOperations).to.be.within(50, 1000);
  });

  it('gives latencies by I/O size where they are asked for', async () => {
    for (const ioSizes of [false, true]) {
      const [, , , fourth] = await readAll(simulate(4, { ioSizes }));
      if (!fourth?.ok) throw new Error('not read');
      expect(fourth.statistics.version).to.equal(1);
      expect(fourth.statistics.ioSizeBands).to.have.length(ioSizes ? 8 : 0);
    }
  });

  it('does not know volumes of somebody else', async () => {
    const { source } = simulate(1);
    const [volume] = source.discover();
    if (volume === undefined) throw new Error('no volume');
    const [outcome] = await source.read([{ ...volume, id: 'vol-0123456789abcdef0' }], 1000);
    expect(outcome?.ok).to.equal(false);
  });
});
