import type { Logger } from '../../telemetry/logger.ts';
import type { PartialSuccess } from './encoding.ts';
import type { Failure } from './failure.ts';

/**
 * Whether pushing works, told to the log when that changes: once when it begins to fail, once for each further reason,
 * once when it works again. What comes in between is at debug.
 */
export interface PushState {
  /** What was sent is tried again, or is worth nothing more. */
  failed(failure: Failure, fate: 'retried' | 'dropped'): void;
  /** @param partialSuccess what the backend said with its "yes, but", if anything */
  succeeded(partialSuccess?: PartialSuccess): void;
  /** Why the last push failed; undefined while none has or it worked. */
  trouble(): string | undefined;
}

/** How many in a row must have gone well until it is over. */
interface Trouble {
  readonly told: Set<string>;
  remaining: number;
}

/** Some backends say something else each time: with a time, with the id of the request. */
const mostComplaintsTold = 10;
const longestComplaint = 200;

const words = { retried: 'push failed', dropped: 'push refused, and dropped' } as const;

/**
 * @param requestsPerPush how many there are in each: of those the backend may refuse the same one, each time, and take the
 * others. It works again once it took them all.
 */
export function createPushState(logger: Logger, requestsPerPush: () => number = () => 1): PushState {
  let failing: (Trouble & { readonly reason: string; readonly requests: number }) | undefined;
  let complaint: Trouble | undefined;

  const over = (trouble: Trouble): boolean => --trouble.remaining <= 0;

  const hear = (partialSuccess: PartialSuccess | undefined): void => {
    if (partialSuccess === undefined) {
      if (complaint === undefined || !over(complaint)) return;
      logger.info('the backend takes everything again');
      complaint = undefined;
      return;
    }
    const errorMessage = partialSuccess.errorMessage.slice(0, longestComplaint);
    const told: Set<string> = complaint?.told ?? new Set();
    if (!told.has(errorMessage) && told.size < mostComplaintsTold) {
      told.add(errorMessage);
      logger.warn('the backend took only a part of the data, or has a warning', {
        answer: JSON.stringify({ ...partialSuccess, errorMessage }),
      });
    }
    complaint = { told, remaining: requestsPerPush() };
  };

  return {
    failed: (failure, fate) => {
      const { errorType, reason, hint } = failure;
      const told: Set<string> = failing?.told ?? new Set();
      const level = told.has(errorType) ? 'debug' : 'error';
      failing = {
        reason,
        told: told.add(errorType),
        requests: (failing?.requests ?? 0) + 1,
        // One that is tried again is the next one that is delivered: nothing else is sent before it.
        remaining: fate === 'retried' ? (failing?.remaining ?? 1) : requestsPerPush(),
      };
      logger[level](`${words[fate]}: ${reason}`, { 'error.type': errorType, hint });
    },
    succeeded: (partialSuccess) => {
      if (failing !== undefined && over(failing)) {
        logger.info('pushing works again', { failed_requests: failing.requests });
        failing = undefined;
      }
      hear(partialSuccess);
    },
    trouble: () => failing?.reason,
  };
}
