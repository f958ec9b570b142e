/** What may wait. The request under way is not counted: it may have arrived, so it is not dropped. */
export interface QueueLimits {
  readonly maxPayloads: number;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

/** What bounds are judged by. */
export interface Waiting {
  readonly sizeBytes: number;
  /** When it was enqueued, on the clock of `nowMs`; before 0 where that was before the machine's start. */
  readonly bornMs: number;
}

/** How many of the oldest (the first) must go so that the rest is within the limits. */
export function excess(
  waiting: readonly Waiting[],
  { maxPayloads, maxBytes }: Pick<QueueLimits, 'maxPayloads' | 'maxBytes'>,
): number {
  let bytes = waiting.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let count = Math.max(0, waiting.length - maxPayloads);
  for (const { sizeBytes } of waiting.slice(0, count)) bytes -= sizeBytes;
  for (; bytes > maxBytes && count < waiting.length; count++) bytes -= waiting[count]?.sizeBytes ?? 0;
  return count;
}

/** How many of the oldest are too old. One that is not keeps those behind it: they came later, whatever a clock said. */
export function outdated(waiting: readonly Waiting[], nowMs: number, maxAgeMs: number): number {
  const young = waiting.findIndex(({ bornMs }) => nowMs - bornMs <= maxAgeMs);
  return young === -1 ? waiting.length : young;
}

/** When something was enqueued, on both clocks and in which run of the machine. */
export interface Birth {
  readonly createdAtMs: number;
  /** Monotonic, since the machine's start. */
  readonly uptimeMs: number;
  /** Of the kernel: a new one with every start of the machine. */
  readonly bootId: string;
}

/**
 * When that was on the monotonic clock of now. In the same run of the machine the monotonic clock tells, however the
 * wall clock was set meanwhile. After a restart there is only the wall clock; what it puts into the future has no age.
 */
export function birthOnClock(birth: Birth, now: Birth): number {
  const ageMs =
    birth.bootId === now.bootId && birth.bootId !== ''
      ? now.uptimeMs - birth.uptimeMs
      : now.createdAtMs - birth.createdAtMs;
  return now.uptimeMs - Math.max(0, ageMs);
}
