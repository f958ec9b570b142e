import { expect } from 'chai';
import { createNoopMeter } from '@opentelemetry/api';
import { createVolumeUsageReceiver } from '../../../receiver/volume-usage/receiver.ts';

describe('the readings of the receiver of usage', () => {
  it('are shared while they are young, and not with who asks once in the minimum interval, a moment early', async () => {
    let nowMs = 0;
    const receiver = createVolumeUsageReceiver(
      {
        id: 'volume_usage',
        kubeletPath: '/var/lib/kubelet',
        minIntervalMs: 15_000,
        readTimeoutMs: 2000,
        includes: () => true,
        version: '0.0.0-test',
      },
      {
        volumes: async () => [],
        mounts: async () => new Map(),
        fileSystems: { read: async () => [] },
        log: { info: () => undefined, warn: () => undefined },
        meter: createNoopMeter(),
        monotonicNow: () => nowMs,
        wallNow: () => nowMs,
      },
    );
    const first = await receiver.collect();
    nowMs = 14_949;
    expect(await receiver.collect()).to.equal(first);
    nowMs = 14_995;
    expect(await receiver.collect()).to.not.equal(first);
  });
});
