import type { Logger, LogFields, LogLevel } from '../../telemetry/logger.ts';

interface Explanation {
  readonly level: LogLevel;
  readonly message: string;
  readonly hint?: string;
}

/** Why a request did not reach the backend, in the words of the metric. */
const explanations = {
  queue_full: {
    level: 'warn',
    message: 'the queue is full: the oldest requests are dropped',
    hint: 'see why the backend takes less than it is sent; to bridge longer outages raise sending_queue.queue_size and max_bytes',
  },
  disk_full: {
    level: 'warn',
    message: 'the disk takes no more: the oldest requests are dropped',
    hint: 'make room where sending_queue.storage is, or lower max_bytes',
  },
  too_old: {
    level: 'warn',
    message: 'requests waited longer than sending_queue.max_age: they are dropped',
  },
  too_large: {
    level: 'warn',
    message: 'a request is larger than the whole queue may be: it is dropped',
    hint: 'raise sending_queue.max_bytes',
  },
  /** Whoever sends has told it already, with the reason. */
  refused: undefined,
  retries_exhausted: {
    level: 'warn',
    message: 'the backend does not take what it is sent: it is given up',
    hint: 'to try longer raise retry_on_failure.max_elapsed_time',
  },
  unreadable: {
    level: 'error',
    message: 'a request cannot be read from the queue any more: it is dropped, and set aside as *.torn',
    hint: 'check the disk where sending_queue.storage is',
  },
  shutdown: {
    level: 'warn',
    message: 'requests that could not be sent end with the process',
    hint: 'set sending_queue.storage to a directory that is there after a restart',
  },
} as const satisfies Readonly<Record<string, Explanation | undefined>>;

export type DropReason = keyof typeof explanations;
export const dropReasons = Object.keys(explanations) as readonly DropReason[];

export type CountDropped = (reason: DropReason, dataPoints: number) => void;

/** What is dropped is counted, and told to the log once when it begins and once when it is over, unless others do. */
export interface DropReport {
  dropped(reason: DropReason, dropped: readonly { readonly dataPoints: number }[], fields?: LogFields): void;
  over(...reasons: readonly DropReason[]): void;
}

interface Episode {
  requests: number;
  dataPoints: number;
}

export function createDropReport(logger: Logger, count: CountDropped): DropReport {
  const episodes = new Map<DropReason, Episode>();
  return {
    dropped: (reason, dropped, fields = {}) => {
      if (dropped.length === 0) return;
      const dataPoints = dropped.reduce((sum, each) => sum + each.dataPoints, 0);
      count(reason, dataPoints);
      const explanation: Explanation | undefined = explanations[reason];
      if (explanation === undefined) return;
      const episode = episodes.get(reason);
      if (episode !== undefined) {
        episode.requests += dropped.length;
        episode.dataPoints += dataPoints;
        return;
      }
      episodes.set(reason, { requests: dropped.length, dataPoints });
      const { level, message, hint } = explanation;
      logger[level](message, { requests: dropped.length, data_points: dataPoints, ...fields, hint });
    },
    over: (...reasons) => {
      for (const reason of reasons) {
        const episode = episodes.get(reason);
        if (episode === undefined) continue;
        episodes.delete(reason);
        logger.info('nothing is dropped any more for this reason', {
          reason,
          requests: episode.requests,
          data_points: episode.dataPoints,
        });
      }
    },
  };
}
