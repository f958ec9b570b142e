import type { HrTime } from '@opentelemetry/api';
import type { DataPoint } from '@opentelemetry/sdk-metrics';
import type { Arithmetic } from './gain.ts';
import { compareMoments, earlier, isAfter } from './moment.ts';

/** How far a series is, and how far it was taken over. */
export interface Position<Value> {
  readonly startTime: HrTime;
  readonly seen: Value;
  /** Until when all that was seen was taken over. */
  readonly takenOverAt: HrTime;
  /** What was seen since: it is sent again with what comes, also where the series started over meanwhile. */
  readonly owed: Value | undefined;
}

/** What start times are worth. */
export interface Trust {
  /** Of a series not seen before that started later, nothing was ever sent; of one that started before, nobody knows. */
  readonly nothingSentAfter: HrTime;
  /**
   * A series seen before that says it started anew did, where that was after this moment. Before, its start is known by
   * the age of a device node only, and a reboot makes nodes anew while EBS goes on counting: its value decides.
   */
  readonly startsKnownAfter: HrTime;
  /**
   * What began when it was read first began at an unknown time before, in OTLP and in the receiver. Not so in the SDK, whose
   * clock has milliseconds: what it counts did begin then.
   */
  readonly startsAreExact: boolean;
}

export type Step<Value> =
  /** The history of the series is not known: it counts from here, and nothing is sent. */
  | { readonly type: 'begin'; readonly position: Position<Value> }
  | { readonly type: 'send'; readonly point: DataPoint<Value>; readonly position: Position<Value> }
  /** The reading that was taken over once more, or a value that means nothing. */
  | { readonly type: 'nothing' };

const nothing = { type: 'nothing' } as const;

/** The position once what it had was taken over, with the reading of that time. */
export function takenOver<Value>({ startTime, seen }: Position<Value>, at: HrTime): Position<Value> {
  return { startTime, seen, takenOverAt: at, owed: undefined };
}

/** What a cumulative point says beyond what was taken over of its series. */
export function step<Value>(
  { isUsable, isNothing, gain, whole, add }: Arithmetic<Value>,
  before: Position<Value> | undefined,
  point: DataPoint<Value>,
  { nothingSentAfter, startsKnownAfter, startsAreExact }: Trust,
): Step<Value> {
  const { startTime, endTime, value } = point;
  if (!isUsable(value)) return nothing;
  const startIsKnown = startsAreExact || isAfter(endTime, startTime);
  if (before === undefined) {
    return startIsKnown && isAfter(startTime, nothingSentAfter)
      ? send(point, startTime, whole(value))
      : { type: 'begin', position: { startTime, seen: value, takenOverAt: endTime, owed: undefined } };
  }
  const { seen, takenOverAt, owed } = before;
  // A start that moved back is the same one, known better.
  const saysAnew =
    startIsKnown && isAfter(startTime, before.startTime) && isAfter(startTime, startsKnownAfter);
  if (saysAnew) {
    return owed === undefined
      ? send(point, startTime, whole(value))
      : send(point, takenOverAt, add(owed, whole(value)));
  }
  const gained = gain(seen, value) ?? whole(value);
  if (owed !== undefined) return send(point, takenOverAt, add(owed, gained));
  if (isNothing(gained) && compareMoments(endTime, takenOverAt) === 0) return nothing;
  return send(point, takenOverAt, gained);
}

function send<Value>(
  { attributes, startTime, endTime, value }: DataPoint<Value>,
  takenOverAt: HrTime,
  owed: Value,
): Step<Value> {
  return {
    type: 'send',
    // The clock may have been set back since.
    point: { attributes, startTime: earlier(takenOverAt, endTime), endTime, value: owed },
    position: { startTime, seen: value, takenOverAt, owed },
  };
}
