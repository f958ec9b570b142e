import type { SetTimer } from '../../timer.ts';

/** Runs steps one after the other, in the order they were asked for. Steps must not reject. */
export function createInTurn(): <T>(step: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (step) => {
    const turn = last.then(step);
    last = turn;
    return turn;
  };
}

export interface Pause {
  /** Resolves when `end` was called, also before, or after `delayMs`. */
  until(delayMs?: number): Promise<void>;
  end(): void;
}

export function createPause(setTimer: SetTimer): Pause {
  let ended = false;
  let goOn = (): void => {};
  return {
    until: async (delayMs) => {
      let cancel = (): void => {};
      if (!ended) {
        await new Promise<void>((resolve) => {
          goOn = resolve;
          if (delayMs !== undefined) cancel = setTimer(resolve, delayMs);
        });
      }
      cancel();
      ended = false;
    },
    end: () => {
      ended = true;
      goOn();
    },
  };
}

/** Waits for the work, but no longer than `timeoutMs`. */
export async function within(work: Promise<unknown>, timeoutMs: number, setTimer: SetTimer): Promise<void> {
  let cancel = (): void => {};
  const deadline = new Promise<void>((resolve) => (cancel = setTimer(resolve, timeoutMs)));
  await Promise.race([work, deadline]);
  cancel();
}
