import { expect } from 'chai';
import {
  maxElapsedMs,
  queueLimits,
  retryOnFailureSchema,
  sendingQueueSchema,
} from '../../../../pipeline/exporters/sending-queue/config.ts';
import { parseWith } from '../../config/parsing.ts';
import { queueDefaults, retryDefaults } from './setup.ts';

const mebibyte = 1024 * 1024;
const day = 24 * 3_600_000;
const onDisk = { ...queueDefaults, storage: '/var/lib/queue' };

describe('the configuration of a sending queue', () => {
  it('is complete without a word', async () => {
    expect(await parseWith(sendingQueueSchema, '{}')).to.deep.equal({ value: queueDefaults });
    expect(await parseWith(retryOnFailureSchema, '{}')).to.deep.equal({ value: retryDefaults });
  });

  it("takes the Collector's keys in the Collector's units", async () => {
    expect(
      await parseWith(
        sendingQueueSchema,
        'queue_size: 50\nstorage: /var/lib/queue\nmax_bytes: 10MiB\nmax_age: 2h',
      ),
    ).to.deep.equal({
      value: {
        enabled: true,
        queue_size: 50,
        storage: '/var/lib/queue',
        max_bytes: 10 * mebibyte,
        max_age: 7_200_000,
      },
    });
    expect(
      await parseWith(
        retryOnFailureSchema,
        'initial_interval: 1s\nmax_interval: 10s\nmax_elapsed_time: 0\nmultiplier: 2\nrandomization_factor: 0',
      ),
    ).to.deep.equal({
      value: {
        enabled: true,
        initial_interval: 1000,
        max_interval: 10_000,
        max_elapsed_time: 0,
        multiplier: 2,
        randomization_factor: 0,
      },
    });
  });

  it('says what is wrong, and what to do with what the Collector has and this has not', async () => {
    const text = 'enabled: false\nstorage: /queue\nnum_consumers: 4\nqueue_size: 0\nmax_age: 10ms';
    expect(await parseWith(sendingQueueSchema, text)).to.deep.equal({
      problems: [
        'f.yaml:3:1: unknown key "num_consumers" in exporter x: requests go one at a time, so that readings arrive in order: remove it',
        'f.yaml:4:13: queue_size: expected at least 1 but received 0',
        'f.yaml:5:10: max_age: expected at least 1s but received 10ms',
        'f.yaml:2:10: exporter x: storage needs a queue: set enabled to true or remove storage',
      ],
    });
    expect(await parseWith(sendingQueueSchema, 'storage: queue')).to.deep.equal({
      problems: [
        'f.yaml:1:10: storage: expected an absolute path like /var/lib/ebs-nvme-collector but received "queue"',
      ],
    });
    expect(await parseWith(retryOnFailureSchema, 'max_interval: 1s')).to.deep.equal({
      problems: ['f.yaml:1:15: exporter x: max_interval must not be less than initial_interval'],
    });
  });

  it('holds less in memory than on disk', () => {
    const inMemory = { maxPayloads: 1000, maxBytes: 16 * mebibyte, maxAgeMs: day };
    expect(queueLimits(queueDefaults)).to.deep.equal({ all: inMemory, memory: inMemory, newestOnly: false });
    expect(queueLimits(onDisk)).to.deep.equal({
      all: { maxPayloads: 10_000, maxBytes: 256 * mebibyte, maxAgeMs: day },
      memory: inMemory,
      newestOnly: false,
    });
  });

  it('never holds more in memory than altogether', () => {
    const { all, memory } = queueLimits({ ...onDisk, queue_size: 5, max_bytes: mebibyte });
    expect(all).to.deep.equal({ maxPayloads: 5, maxBytes: mebibyte, maxAgeMs: day });
    expect(memory).to.deep.equal(all);
    const wide = queueLimits({ ...queueDefaults, queue_size: 5000, max_bytes: 64 * mebibyte });
    expect(wide.memory).to.deep.equal({ maxPayloads: 5000, maxBytes: 64 * mebibyte, maxAgeMs: day });
  });

  it('lets the newest reading wait where the queue is off, in however many requests', () => {
    const { all, newestOnly } = queueLimits({ ...queueDefaults, enabled: false, queue_size: 50 });
    expect(newestOnly).to.equal(true);
    expect(all).to.deep.equal({ maxPayloads: Infinity, maxBytes: 16 * mebibyte, maxAgeMs: day });
  });

  it('gives up in memory after 5 minutes, and on disk not before max_age', () => {
    expect(maxElapsedMs(retryDefaults, queueDefaults)).to.equal(300_000);
    expect(maxElapsedMs(retryDefaults, onDisk)).to.equal(Infinity);
    expect(maxElapsedMs({ max_elapsed_time: 0 }, queueDefaults)).to.equal(Infinity);
    expect(maxElapsedMs({ max_elapsed_time: 60_000 }, onDisk)).to.equal(60_000);
  });
});
