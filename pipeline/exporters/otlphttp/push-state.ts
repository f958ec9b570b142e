import type { Logger } from '../../telemetry/logger.ts';
import type { PartialSuccess } from './encoding.ts';
import type { Failure } from './failure.ts';

/**
 * Whether pushing works, told to the log when that changes: once when it begins to fail, once for each further reason,
 * once when it works again. The pushes in between are at debug.
 */
export interface PushState {
  failed(failure: Failure): void;
  succeeded(): void;
  /** What the backend said with its "yes, but", if anything. */
  heard(partialSuccess: PartialSuccess | undefined): void;
  /** Why the last push failed; undefined while none has or it worked. */
  trouble(): string | undefined;
}

export function createPushState(logger: Logger): PushState {
  let failing: { readonly reason: string; readonly told: Set<string>; pushes: number } | undefined;
  let complaint: string | undefined;
  return {
    failed: (failure) => {
      const { errorType, reason, hint } = failure;
      failing = { reason, told: failing?.told ?? new Set(), pushes: (failing?.pushes ?? 0) + 1 };
      const level = failing.told.has(errorType) ? 'debug' : 'error';
      failing.told.add(errorType);
      logger[level](`push failed: ${reason}`, { 'error.type': errorType, hint });
    },
    succeeded: () => {
      if (failing !== undefined) logger.info('pushing works again', { failed_pushes: failing.pushes });
      failing = undefined;
    },
    heard: (partialSuccess) => {
      const answer = partialSuccess && JSON.stringify(partialSuccess);
      if (answer === complaint) return;
      if (answer === undefined) logger.info('the backend takes everything again');
      else logger.warn('the backend took only a part of the data, or has a warning', { answer });
      complaint = answer;
    },
    trouble: () => failing?.reason,
  };
}
