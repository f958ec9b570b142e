import { expect } from 'chai';
import { createReadingHistory, type Reading, type ReadingEvent } from '../../../receiver/nvme/reading.ts';
import type { Statistics } from '../../../receiver/nvme/statistics.ts';
import type { Volume } from '../../../receiver/nvme/source.ts';
import {
  bins,
  ebsVolume,
  instanceStoreVolume,
  scriptedMachine,
  statistics,
  wallStartMs,
} from '../../fixtures/volumes.ts';

function node(simulated = false) {
  const machine = scriptedMachine();
  const history = createReadingHistory(simulated);
  return {
    machine,
    attach: (volume: Volume, page: Statistics | 'timeout' | 'permission_denied') =>
      machine.drives.set(volume, page),
    detach: (volume: Volume) => machine.drives.delete(volume),
    async read(atSeconds: number): Promise<{ reading: Reading; events: readonly ReadingEvent[] }> {
      machine.nowMs = atSeconds * 1000;
      const volumes = machine.discover();
      const outcomes = await machine.read(volumes, 2000);
      return history.next(volumes, outcomes, wallStartMs + machine.nowMs);
    },
  };
}

const only = (reading: Reading) => {
  const [volume, ...others] = reading.volumes;
  if (volume === undefined || others.length > 0)
    throw new Error(`expected one volume, got ${reading.volumes.length}`);
  return volume;
};
const state = (reading: Reading) => {
  const volume = only(reading);
  if (!volume.ok) throw new Error(volume.error.message);
  return volume.state;
};
const reads = (reading: Reading) => {
  const { counts, from, bins: length } = state(reading).readLatency;
  return Array.from(counts.subarray(from, from + length));
};
const startSeconds = (reading: Reading) => (only(reading).attachment.startTimeMs - wallStartMs) / 1000;
const types = (events: readonly ReadingEvent[]) => events.map(({ type }) => type);

describe('the history of readings', () => {
  const volume = ebsVolume(1);

  it('says once that a volume was attached and detached', async () => {
    const { attach, detach, read } = node();
    attach(volume, statistics());
    expect(types((await read(0)).events)).to.deep.equal(['attached']);
    expect(types((await read(10)).events)).to.deep.equal([]);
    detach(volume);
    const { reading, events } = await read(20);
    expect(types(events)).to.deep.equal(['detached']);
    expect(reading.volumes).to.deep.equal([]);
    expect(types((await read(30)).events)).to.deep.equal([]);
  });

  it('starts an attachment when its device node was made, so that a restart does not look like a reset', async () => {
    const { machine, attach, read } = node();
    machine.attachedAtMs = wallStartMs - 86_400_000;
    attach(volume, statistics({ readOperations: 7 }));
    expect(startSeconds((await read(0)).reading)).to.equal(-86_400);
    expect(startSeconds((await read(10)).reading)).to.equal(-86_400);
  });

  it('starts an attachment now where the node tells no time, or one in the future', async () => {
    for (const attachedAtMs of [0, wallStartMs + 99_000_000]) {
      const { machine, attach, read } = node();
      machine.attachedAtMs = attachedAtMs;
      attach(volume, statistics());
      expect(startSeconds((await read(5)).reading)).to.equal(5);
    }
  });

  it('starts a volume that came back after the last reading without it, though its node be older', async () => {
    const { machine, attach, detach, read } = node();
    machine.attachedAtMs = wallStartMs - 1000;
    attach(volume, statistics({ readOperations: 100 }));
    await read(0);
    detach(volume);
    await read(10);
    attach(volume, statistics());
    expect(startSeconds((await read(20)).reading)).to.equal(10);
  });

  it('starts a volume that came back when its node was born, before the reading without it though that be', async () => {
    const { machine, attach, detach, read } = node();
    machine.bornAtMs = wallStartMs - 60_000;
    attach(volume, statistics({ readOperations: 100 }));
    expect(startSeconds((await read(0)).reading)).to.equal(-60);
    detach(volume);
    await read(10);
    attach(volume, statistics({ readOperations: 101 }));
    expect(startSeconds((await read(20)).reading)).to.equal(-60);
  });

  it('takes a node that was made anew for a new attachment, though its counters be higher', async () => {
    const { machine, attach, read } = node();
    machine.bornAtMs = wallStartMs - 60_000;
    attach(volume, statistics({ readOperations: 100, readLatency: bins(100, 0, 0) }));
    const first = await read(0);
    machine.bornAtMs = wallStartMs + 4_000;
    attach(volume, statistics({ readOperations: 200, readLatency: bins(150, 50, 0) }));
    const { reading, events } = await read(10);
    expect(types(events)).to.deep.equal(['reset']);
    expect(startSeconds(reading)).to.equal(4);
    expect(only(reading).attachment).to.not.equal(only(first.reading).attachment);
    expect(reads(reading)).to.deep.equal([150, 50, 0]);
    expect(types((await read(20)).events)).to.deep.equal([]);
  });

  it('sees a node that was made anew while the volume could not be read', async () => {
    const { machine, attach, read } = node();
    machine.bornAtMs = wallStartMs - 60_000;
    attach(volume, statistics({ readOperations: 1 }));
    await read(0);
    attach(volume, 'timeout');
    await read(10);
    machine.bornAtMs = wallStartMs + 4_000;
    attach(volume, statistics({ readOperations: 2 }));
    const { reading, events } = await read(20);
    expect(types(events)).to.deep.equal(['recovered', 'reset']);
    expect(startSeconds(reading)).to.equal(4);
  });

  it('starts no attachment after its reading, whenever its node says that it was born', async () => {
    const { machine, attach, read } = node();
    machine.bornAtMs = wallStartMs;
    attach(volume, statistics());
    await read(5);
    machine.bornAtMs = wallStartMs + 99_000_000;
    expect(startSeconds((await read(10)).reading)).to.equal(10);
  });

  it('takes a birth that differs by rounding, or a node that was changed only, for the same attachment', async () => {
    const { machine, attach, read } = node();
    attach(volume, statistics());
    machine.attachedAtMs = wallStartMs - 60_000;
    const first = await read(0);
    machine.attachedAtMs = wallStartMs + 4_000;
    const changed = await read(10);
    expect(types(changed.events)).to.deep.equal([]);
    expect(only(changed.reading).attachment).to.equal(only(first.reading).attachment);
    machine.bornAtMs = wallStartMs - 60_000;
    await read(20);
    machine.bornAtMs += 1;
    expect(types((await read(30)).events)).to.deep.equal([]);
  });

  it('takes counters that went down under the same node for begun after the reading before', async () => {
    const { machine, attach, read } = node();
    machine.bornAtMs = wallStartMs - 60_000;
    attach(volume, statistics({ readOperations: 100 }));
    await read(0);
    attach(volume, statistics({ readOperations: 3 }));
    const { reading, events } = await read(10);
    expect(types(events)).to.deep.equal(['reset']);
    expect(startSeconds(reading)).to.equal(0);
  });

  it('keeps the attachment, and so its start, when nothing but the bounds of its bins changed', async () => {
    const { machine, attach, read } = node();
    machine.attachedAtMs = wallStartMs - 60_000;
    attach(volume, statistics({ readOperations: 6, readLatency: bins(1, 2, 3) }));
    const first = await read(0);
    attach(volume, statistics({ readOperations: 7, readLatency: bins(3, 4) }));
    const { reading, events } = await read(10);
    expect(types(events)).to.deep.equal([]);
    expect(only(reading).attachment).to.equal(only(first.reading).attachment);
    expect(state(reading).readLatency.boundaries).to.deep.equal([1e-6]);
    expect(reads(reading)).to.deep.equal([3, 4]);
    attach(volume, statistics({ readOperations: 9, readLatency: bins(4, 5) }));
    expect(reads((await read(20)).reading)).to.deep.equal([4, 5]);
  });

  it('takes counters that went down for a new attachment, begun after the reading before', async () => {
    const { attach, read } = node();
    attach(volume, statistics({ readOperations: 100, volumeIopsExceededMicros: 5_000_000 }));
    const first = await read(0);
    await read(10);
    attach(volume, statistics({ readOperations: 3 }));
    const { reading, events } = await read(20);
    expect(types(events)).to.deep.equal(['reset']);
    expect(startSeconds(reading)).to.equal(10);
    expect(only(reading).attachment).to.not.equal(only(first.reading).attachment);
    expect(state(reading).exceeded).to.equal(undefined);
    attach(volume, statistics({ readOperations: 3, volumeIopsExceededMicros: 1_000_000 }));
    expect(state((await read(30)).reading).exceeded?.volumeIops).to.equal(0.1);
  });

  it('takes another volume under the same device name for a detachment and an attachment', async () => {
    const { attach, detach, read } = node();
    attach(volume, statistics({ readOperations: 1 }));
    await read(0);
    detach(volume);
    attach(ebsVolume(1, 'vol-0aaaaaaaaaaaaaaaa'), statistics({ readOperations: 2 }));
    expect(types((await read(10)).events)).to.deep.equal(['detached', 'attached']);
  });

  it('keeps the attachment of a volume that cannot be read for a while', async () => {
    const { attach, read } = node();
    attach(volume, statistics({ volumeIopsExceededMicros: 0, readLatency: bins(2 ** 32 - 1, 0, 0) }));
    const first = await read(0);
    attach(volume, 'timeout');
    const failed = await read(10);
    expect(types(failed.events)).to.deep.equal(['failed']);
    expect(types((await read(20)).events)).to.deep.equal([]);
    attach(volume, 'permission_denied');
    expect(types((await read(25)).events)).to.deep.equal(['failed']);
    attach(volume, statistics({ volumeIopsExceededMicros: 3_000_000, readLatency: bins(1, 0, 0) }));
    const back = await read(30);
    expect(types(back.events)).to.deep.equal(['recovered']);
    expect(only(back.reading).attachment).to.equal(only(first.reading).attachment);
    expect(state(back.reading).exceeded?.volumeIops).to.equal(0.1);
    expect(reads(back.reading)[0]).to.equal(2 ** 32 + 1);
  });

  it('learns the start of a volume when it can first be read', async () => {
    const { machine, attach, read } = node();
    attach(volume, 'permission_denied');
    expect(startSeconds((await read(0)).reading)).to.equal(0);
    machine.attachedAtMs = wallStartMs - 60_000;
    attach(volume, statistics());
    expect(startSeconds((await read(10)).reading)).to.equal(-60);
  });

  it('measures ratios over at least a second, and never above one', async () => {
    const { attach, read } = node();
    const page = (micros: number) => statistics({ instanceThroughputExceededMicros: micros });
    attach(volume, page(1_000_000));
    expect(state((await read(0)).reading).exceeded).to.equal(undefined);
    attach(volume, page(1_100_000));
    expect(state((await read(0.5)).reading).exceeded).to.equal(undefined);
    attach(volume, page(1_500_000));
    expect(state((await read(1)).reading).exceeded?.instanceThroughput).to.equal(0.5);
    attach(volume, page(1_600_000));
    expect(state((await read(1.2)).reading).exceeded?.instanceThroughput).to.equal(0.5);
    attach(volume, page(9_600_000));
    expect(state((await read(2.2)).reading).exceeded?.instanceThroughput).to.equal(1);
  });

  it('names what every point of a volume carries, and marks the simulated', async () => {
    const { attach, read } = node(true);
    attach(volume, statistics());
    attach(instanceStoreVolume(2), statistics({}, 'instance_store'));
    const { reading } = await read(0);
    expect(reading.volumes.map(({ attachment }) => attachment.identity)).to.deep.equal([
      { 'aws.ebs.volume.id': volume.id, 'system.device.name': 'nvme1n1', 'ebs.collector.simulated': 'true' },
      {
        'aws.instance_store.volume.serial': 'AWS14BE4082584B141CB',
        'system.device.name': 'nvme2n1',
        'ebs.collector.simulated': 'true',
      },
    ]);
  });
});
