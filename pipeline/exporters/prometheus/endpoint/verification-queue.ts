import type { SetTimer } from '../../../timer.ts';

/** Runs verifications that cost much, and decides whose comes next. */
export interface VerificationQueue {
  /**
   * Undefined where one of the same group waits already, or too many wait.
   * @param group who asks, as far as fairness goes
   */
  verify(group: string, verification: () => Promise<boolean>): Promise<boolean> | undefined;
}

export interface VerificationQueueOptions {
  readonly setTimer: SetTimer;
  readonly nowMs: () => number;
}

/** Groups that may wait at once. */
const maxWaiting = 16;
/** After a wrong password nothing is verified for this many times as long as it took: a quarter of a core is the most. */
const restAfterWrong = 3;

/**
 * One at a time, one of each group waiting. Whoever tries passwords from one address takes turns with everybody else's, and
 * all who try together cannot keep more than a part of a core busy: the node has other work.
 */
export function createVerificationQueue({ setTimer, nowMs }: VerificationQueueOptions): VerificationQueue {
  const waiting = new Map<string, () => Promise<boolean>>();
  let busy = false;

  const next = async (): Promise<void> => {
    const [first] = waiting;
    if (first === undefined || busy) return;
    const [group, run] = first;
    waiting.delete(group);
    busy = true;
    const startMs = nowMs();
    const right = await run();
    const rest = right ? 0 : (nowMs() - startMs) * restAfterWrong;
    setTimer(() => {
      busy = false;
      void next();
    }, rest);
  };

  return {
    verify(group, verification) {
      if (waiting.has(group) || waiting.size >= maxWaiting) return undefined;
      return new Promise((resolve) => {
        waiting.set(group, async () => {
          // A verification that fails as such lets nobody in.
          const right = await verification().catch(() => false);
          resolve(right);
          return right;
        });
        void next();
      });
    },
  };
}
