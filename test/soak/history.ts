/** What devices held and when, as who changed them saw it. Times are ms since the epoch. */

interface Held {
  readonly reads: number;
  readonly fromMs: number;
  /** Infinity while it does. */
  untilMs: number;
}

interface Skips {
  readonly count: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

interface Span {
  fromMs: number;
  untilMs: number;
}

export interface History {
  /** From when a change was begun; what was there before may be read until it is done. */
  holds(volume: number, reads: number, beganMs: number, doneMs: number): void;
  attached(volume: number, beganMs: number): void;
  detached(volume: number, doneMs: number): void;
  faultBegins(volume: number, atMs: number): void;
  faultEnds(volume: number, atMs: number): void;
  /** The collector was begun, ended, killed or told to reload. */
  collectorDisturbed(atMs: number): void;
  /** It was killed, or told to end. */
  collectorLeaves(atMs: number): void;
  collectorIsBack(atMs: number): void;
  /** The machine stood still, or nearly: what is said of times is not so then, nor for a while after. */
  stalled(fromMs: number, untilMs: number): void;
  /** An exporter says that it left out so many readings between the two, or may have: the one before took too long. */
  skipped(exporter: string, count: number, fromMs: number, untilMs: number): void;

  /** Whether the volume held this at any moment of the time. */
  held(volume: number, reads: number, fromMs: number, untilMs: number): boolean;
  wasAttachedThroughout(volume: number, fromMs: number, untilMs: number): boolean;
  wasAttachedAtAll(volume: number, fromMs: number, untilMs: number): boolean;
  hadFault(volume: number, fromMs: number, untilMs: number): boolean;
  wasDisturbed(fromMs: number, untilMs: number): boolean;
  wasAway(fromMs: number, untilMs: number): boolean;
  wasStalled(fromMs: number, untilMs: number): boolean;
  /** For how much of the time, with the while after, ms. */
  stalledMs(): number;
  skips(exporter: string): readonly Skips[];
  volumes(): readonly number[];
}

/** What was put off comes so much later at most. */
const stallEchoMs = 2_000;

const overlaps = ({ fromMs, untilMs }: Span, from: number, until: number): boolean =>
  fromMs <= until && untilMs >= from;

export function createHistory(): History {
  const values = new Map<number, Held[]>();
  const attachments = new Map<number, Span[]>();
  const faults = new Map<number, Span[]>();
  const disturbances: number[] = [];
  const absences: Span[] = [];
  const stalls: Span[] = [];
  const skips = new Map<string, Skips[]>();
  const of = <Key, T>(map: Map<Key, T[]>, key: Key): T[] => {
    let list = map.get(key);
    if (list === undefined) map.set(key, (list = []));
    return list;
  };
  const close = (spans: Span[] | Held[], atMs: number): void => {
    const last = spans.at(-1);
    if (last !== undefined && last.untilMs === Infinity) last.untilMs = atMs;
  };
  return {
    holds(volume, reads, beganMs, doneMs) {
      const list = of(values, volume);
      close(list, doneMs);
      list.push({ reads, fromMs: beganMs, untilMs: Infinity });
    },
    attached: (volume, beganMs) => of(attachments, volume).push({ fromMs: beganMs, untilMs: Infinity }),
    detached(volume, doneMs) {
      close(of(attachments, volume), doneMs);
      close(of(values, volume), doneMs);
    },
    faultBegins: (volume, atMs) => of(faults, volume).push({ fromMs: atMs, untilMs: Infinity }),
    faultEnds: (volume, atMs) => close(of(faults, volume), atMs),
    collectorDisturbed: (atMs) => disturbances.push(atMs),
    collectorLeaves: (atMs) => absences.push({ fromMs: atMs, untilMs: Infinity }),
    collectorIsBack: (atMs) => close(absences, atMs),
    stalled(fromMs, untilMs) {
      const last = stalls.at(-1);
      const echoUntilMs = untilMs + stallEchoMs;
      if (last === undefined || fromMs > last.untilMs) {
        stalls.push({ fromMs, untilMs: echoUntilMs });
        return;
      }
      last.fromMs = Math.min(last.fromMs, fromMs);
      last.untilMs = Math.max(last.untilMs, echoUntilMs);
    },
    skipped: (exporter, count, fromMs, untilMs) => of(skips, exporter).push({ count, fromMs, untilMs }),

    held: (volume, reads, fromMs, untilMs) =>
      of(values, volume).some((each) => each.reads === reads && overlaps(each, fromMs, untilMs)),
    wasAttachedThroughout: (volume, fromMs, untilMs) =>
      of(attachments, volume).some((each) => each.fromMs <= fromMs && each.untilMs >= untilMs),
    wasAttachedAtAll: (volume, fromMs, untilMs) =>
      of(attachments, volume).some((each) => overlaps(each, fromMs, untilMs)),
    hadFault: (volume, fromMs, untilMs) => of(faults, volume).some((each) => overlaps(each, fromMs, untilMs)),
    wasDisturbed: (fromMs, untilMs) => disturbances.some((atMs) => atMs >= fromMs && atMs <= untilMs),
    wasAway: (fromMs, untilMs) => absences.some((each) => overlaps(each, fromMs, untilMs)),
    wasStalled: (fromMs, untilMs) => stalls.some((each) => overlaps(each, fromMs, untilMs)),
    stalledMs: () => stalls.reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0),
    skips: (exporter) => of(skips, exporter),
    volumes: () => [...attachments.keys()],
  };
}
