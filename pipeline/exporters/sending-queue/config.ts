import {
  boolean,
  byteSize,
  checked,
  durationMs,
  field,
  integer,
  number,
  object,
  optional,
  refine,
  string,
  type Infer,
} from '../../config/schema.ts';
import type { QueueLimits } from './bounds.ts';

/** Of the Collector's sending_queue, without a meaning here. */
const queueKeys = {
  num_consumers: 'requests go one at a time, so that readings arrive in order: remove it',
  sizer: 'queue_size counts requests, max_bytes bounds their bytes: remove it',
  block_on_overflow: 'the oldest make room for the newest: remove it',
  wait_for_result: 'nobody waits for a push: remove it',
  batch: 'a request holds one reading of the node: remove it',
};

export const sendingQueueSchema = refine(
  object(
    {
      enabled: field(
        boolean(),
        true,
        'Keeps what the backend has not taken yet. Without it only the newest reading waits for the one under way.',
      ),
      queue_size: field(
        optional(integer({ min: 1, max: 1_000_000 })),
        undefined,
        'Requests that may wait; the oldest make room for the newest. 1000 in memory, 10000 with `storage` where absent.',
      ),
      max_bytes: field(
        optional(byteSize({ min: 64 * 1024 })),
        undefined,
        'Bytes that may wait. 16MiB in memory, 256MiB with `storage` where absent.',
      ),
      max_age: field(
        durationMs({ min: 1000 }),
        24 * 3_600_000,
        'What waited longer is dropped: backends refuse what is too old.',
      ),
      storage: field(
        optional(
          checked(string(), (path) =>
            path.startsWith('/')
              ? undefined
              : `expected an absolute path like /var/lib/ebs-nvme-collector but received ${JSON.stringify(path)}`,
          ),
        ),
        undefined,
        'Directory to keep the queue in, so that it survives a restart; each exporter has a directory of its own there. In memory where absent.',
      ),
    },
    queueKeys,
  ),
  ['storage', 'enabled'],
  ({ enabled, storage }) =>
    !enabled && storage !== undefined
      ? 'storage needs a queue: set enabled to true or remove storage'
      : undefined,
);

export type SendingQueueConfig = Infer<typeof sendingQueueSchema>;

export const retryOnFailureSchema = refine(
  object({
    enabled: field(boolean(), true, 'Tries again what failed and may work later.'),
    initial_interval: field(durationMs({ min: 1 }), 5_000, 'Before the first retry.'),
    randomization_factor: field(
      number({ min: 0, max: 1 }),
      0.5,
      'Intervals are multiplied by a random number between 1 - factor and 1 + factor.',
    ),
    multiplier: field(number({ min: 1, max: 100 }), 1.5, 'Each interval is this many times the one before.'),
    max_interval: field(durationMs({ min: 1 }), 30_000, 'Intervals grow up to this one.'),
    max_elapsed_time: field(
      optional(durationMs()),
      undefined,
      'A request is given up this long after its first try; 0 is never. 5m in memory, 0 with `storage` where absent.',
    ),
  }),
  ['max_interval', 'initial_interval'],
  ({ initial_interval, max_interval }) =>
    max_interval < initial_interval ? 'max_interval must not be less than initial_interval' : undefined,
);

export type RetryOnFailureConfig = Infer<typeof retryOnFailureSchema>;

const mebibyte = 1024 * 1024;
/** What may wait in memory, of a queue on disk too: while the disk does not take it. */
const inMemory = { maxPayloads: 1000, maxBytes: 16 * mebibyte };
const onDisk = { maxPayloads: 10_000, maxBytes: 256 * mebibyte };

export interface ConfiguredLimits {
  /** What may wait at all. */
  readonly all: QueueLimits;
  /** What of it in memory. */
  readonly memory: QueueLimits;
  /** With the queue off only the newest reading waits, in however many requests it is. */
  readonly newestOnly: boolean;
}

export function queueLimits(config: SendingQueueConfig): ConfiguredLimits {
  const { enabled, storage, queue_size, max_bytes, max_age } = config;
  const usual = storage === undefined ? inMemory : onDisk;
  const all = {
    maxPayloads: enabled ? (queue_size ?? usual.maxPayloads) : Infinity,
    maxBytes: max_bytes ?? usual.maxBytes,
    maxAgeMs: max_age,
  };
  const memory = {
    maxPayloads: Math.min(all.maxPayloads, inMemory.maxPayloads),
    maxBytes: Math.min(all.maxBytes, inMemory.maxBytes),
    maxAgeMs: max_age,
  };
  return { all, memory: storage === undefined ? all : memory, newestOnly: !enabled };
}

/**
 * After which time a request is given up; Infinity for never. With storage an outage may be as long as max_age allows:
 * the Collector's 5 minutes would lose what was put on disk to be kept.
 */
export function maxElapsedMs(
  { max_elapsed_time }: Pick<RetryOnFailureConfig, 'max_elapsed_time'>,
  { storage }: Pick<SendingQueueConfig, 'storage'>,
): number {
  const valueMs = max_elapsed_time ?? (storage === undefined ? 300_000 : 0);
  return valueMs === 0 ? Infinity : valueMs;
}
