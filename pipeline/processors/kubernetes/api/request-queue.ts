import type { SetTimer } from '../../../timer.ts';
import type { ApiAnswer } from './client.ts';
import type { Pace } from './pace.ts';

/** What is to be asked again and again. */
export interface Inquiry {
  /** What it is that may be denied: `persistentvolumes`. All inquiries of a kind are denied together. */
  readonly kind: string;
  ask(): Promise<ApiAnswer>;
  /** Takes the answer. */
  answered(body: unknown): void;
  /** When to ask again after an answer, ms from then; undefined: never. */
  readonly again: () => number | undefined;
}

export interface RequestQueue {
  /** Asks as soon as it may, at the latest so far after now; one of the same key takes the place of the one before. */
  put(key: string, inquiry: Inquiry, delayMs?: number): void;
  drop(key: string): void;
  close(): void;
}

export interface RequestQueueOptions {
  readonly pace: Pace;
  readonly setTimer: SetTimer;
  readonly nowMs: () => number;
  readonly random: () => number;
  /** A kind may not be asked for. Said once, and once again after it was answered in between. */
  readonly onDenied: (kind: string, reason: string) => void;
  /** The server cannot be asked. Said once until it can. */
  readonly onTrouble: (reason: string) => void;
  readonly onRecovery: () => void;
}

/** Permissions come by hand, and a look now and then finds them. */
const deniedRetryMs = 10 * 60_000;
/** An object that a cache of the server does not have yet. Doubles. */
const absentRetryMs = 15_000;
const longestAbsentRetryMs = 60 * 60_000;

interface Entry {
  readonly inquiry: Inquiry;
  dueAtMs: number;
  absences: number;
}

/** Asks one thing at a time, the longest due first, no faster than the pace allows. */
export function createRequestQueue(options: RequestQueueOptions): RequestQueue {
  const { pace, setTimer, nowMs, random } = options;
  const entries = new Map<string, Entry>();
  const deniedUntilMs = new Map<string, number>();
  let cancelTimer: (() => void) | undefined;
  let isAsking = false;
  let isClosed = false;
  let isInTrouble = false;

  const dueOf = ({ inquiry, dueAtMs }: Entry): number =>
    Math.max(dueAtMs, deniedUntilMs.get(inquiry.kind) ?? 0);

  const next = (): readonly [string, Entry] | undefined => {
    let first: readonly [string, Entry] | undefined;
    for (const candidate of entries) {
      if (first === undefined || dueOf(candidate[1]) < dueOf(first[1])) first = candidate;
    }
    return first;
  };

  const plan = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    const first = next();
    if (isClosed || isAsking || first === undefined) return;
    const waitMs = Math.max(dueOf(first[1]) - nowMs(), pace.waitMs());
    cancelTimer = setTimer(() => void askNext(), Math.min(waitMs, 2 ** 31 - 1));
  };

  const take = (key: string, entry: Entry, answer: ApiAnswer): void => {
    const { inquiry } = entry;
    // Somebody put another one in its place, or took it away, while it was asked.
    const isCurrent = entries.get(key) === entry;
    if (!answer.ok && answer.kind === 'later') {
      pace.failed(answer.retryAfterMs);
      // To the end of the line: one object that the server cannot give must not keep the others waiting.
      entry.dueAtMs = nowMs();
      if (isCurrent) {
        entries.delete(key);
        entries.set(key, entry);
      }
      if (!isInTrouble) options.onTrouble(answer.reason);
      isInTrouble = true;
      return;
    }
    pace.succeeded();
    if (isInTrouble) options.onRecovery();
    isInTrouble = false;
    if (!answer.ok && answer.kind === 'denied') {
      if (!deniedUntilMs.has(inquiry.kind)) options.onDenied(inquiry.kind, answer.reason);
      deniedUntilMs.set(inquiry.kind, nowMs() + deniedRetryMs * (1 + random() / 10));
      return;
    }
    deniedUntilMs.delete(inquiry.kind);
    if (!isCurrent) return;
    if (!answer.ok) {
      entry.dueAtMs = nowMs() + Math.min(absentRetryMs * 2 ** entry.absences, longestAbsentRetryMs);
      entry.absences += 1;
      return;
    }
    const againMs = inquiry.again();
    if (againMs === undefined) entries.delete(key);
    else entry.dueAtMs = nowMs() + againMs;
    entry.absences = 0;
    inquiry.answered(answer.body);
  };

  const askNext = async (): Promise<void> => {
    const first = next();
    if (first === undefined || isAsking) return;
    const [key, entry] = first;
    isAsking = true;
    pace.take();
    const answer = await entry.inquiry.ask();
    isAsking = false;
    if (isClosed) return;
    take(key, entry, answer);
    plan();
  };

  return {
    put(key, inquiry, delayMs = 0) {
      const dueAtMs = nowMs() + delayMs;
      const before = entries.get(key);
      entries.set(key, {
        inquiry,
        dueAtMs: before === undefined ? dueAtMs : Math.min(dueAtMs, before.dueAtMs),
        absences: 0,
      });
      plan();
    },
    drop(key) {
      entries.delete(key);
      plan();
    },
    close() {
      isClosed = true;
      cancelTimer?.();
      entries.clear();
    },
  };
}
