/** Runs something once, later; gives back how to call it off. Passed in wherever time passes, so that tests decide. */
export type SetTimer = (run: () => void, delayMs: number) => () => void;

/** A timer that does not keep the process alive. */
export const unrefTimer: SetTimer = (run, delayMs) => {
  const timer = setTimeout(run, delayMs);
  timer.unref();
  return () => clearTimeout(timer);
};
