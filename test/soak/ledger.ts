import {
  at,
  disturbanceMs,
  noteMs,
  readPoints,
  readWithinMs,
  type Account,
  type Delivery,
  type Reading,
} from './account.ts';
import type { History } from './history.ts';
import { lifeOf, roseBy, sameSaid, saidBy } from './volume-page.ts';

/**
 * Compares what devices held with what backends got. Knows nothing of the collector but what it promises: each reading at
 * each backend once and in order, totals as the drive had them, differences that add up to what totals rose by.
 */

/** A reading that was made so short before the end may be on its way to one backend and not yet to the other. */
const onItsWayMs = 1_000;
const intervalMs = 500;
/** From one reading to the next: the interval of the soak, a drive that hangs, and a machine with other things to do. */
const longestGapMs = intervalMs + 1_000 + 2_000;
/** Two exporters ask at one moment, the later one so long after the other, on a machine with other things to do. */
const oneMomentMs = 250;
/** What the killed had sent by then may be heard of so much later: who kills and who answers take turns. */
const unheardMs = 500;
/** A request may be repeated that was answered so short before a kill, */
const unknownToKilledMs = 2_000;
/** or so late: on this machine, at about the time that the collector waits. */
export const patienceMs = 2_000;
const lateAfterMs = patienceMs / 2;

export function createLedger(history: History, kills: readonly number[]) {
  const nobodyKnowsOf = ({ askedMs, answeredMs }: Delivery): boolean =>
    history.wasStalled(askedMs, answeredMs + patienceMs) ||
    answeredMs - askedMs > lateAfterMs ||
    kills.some((kill) => kill >= askedMs - unheardMs && kill - answeredMs < unknownToKilledMs);

  /** Those that count, and what is to be said of the rest. */
  const once = (deliveries: readonly Delivery[]) => {
    const known = new Map<string, Delivery>();
    const counted: Delivery[] = [];
    const duplicated: string[] = [];
    let repeated = 0;
    for (const delivery of deliveries) {
      const first = known.get(delivery.fingerprint);
      const last = counted.at(-1);
      if (first !== undefined && nobodyKnowsOf(first)) {
        repeated += 1;
      } else if (first !== undefined || (last !== undefined && delivery.reading.atMs <= last.reading.atMs)) {
        duplicated.push(
          `the reading of ${at(delivery.reading.atMs)} came ${first === undefined ? 'late' : `again, after ${at(first.answeredMs)}`}, at ${at(delivery.askedMs)}`,
        );
      } else {
        known.set(delivery.fingerprint, delivery);
        counted.push(delivery);
      }
    }
    return { counted, duplicated, repeated };
  };

  const wasHeld = (volume: number, reads: number, atMs: number): boolean =>
    history.held(volume, reads, atMs - readWithinMs, atMs + noteMs) || history.wasStalled(atMs, atMs);

  const wrongGauges = ({ atMs, volumes }: Reading): string[] =>
    [...volumes].flatMap(([volume, told]) =>
      told.up && !wasHeld(volume, told.gauge, atMs)
        ? [`volume ${volume} is said to have held ${told.gauge} at ${at(atMs)}, and did not`]
        : [],
    );

  /** Of readings that are not there, those that an exporter does not say it left out: each that it did accounts for one. */
  const unexplained = (exporter: string, readings: readonly Reading[]): readonly Reading[] => {
    const left = history.skips(exporter).map((skips) => ({ ...skips }));
    return readings.filter(({ atMs }) => {
      const skips = left.find(
        ({ count, fromMs, untilMs }) =>
          count > 0 && fromMs <= atMs + noteMs && untilMs >= atMs - readWithinMs,
      );
      if (skips !== undefined) skips.count -= 1;
      return skips === undefined;
    });
  };

  /** Whoever asks when a volume has come or gone since the other asked is given a reading of their own. */
  const isInsteadOf =
    (theirs: Reading) =>
    (mine: Reading): boolean =>
      Math.abs(mine.atMs - theirs.atMs) <= oneMomentMs &&
      (mine.volumes.size !== theirs.volumes.size ||
        [...mine.volumes.keys()].some((volume) => !theirs.volumes.has(volume)));

  /** Those of the other stream that must be in this one as well, and those of them that are not. */
  const compared = (exporter: string, readings: readonly Reading[], others: readonly Reading[]) => {
    const there = new Set(readings.map(({ atMs }) => atMs));
    const expected = others.filter(
      (theirs) =>
        // Who comes back while one is made, with a drive that hangs, did not ask for it.
        !history.wasAway(theirs.atMs - readWithinMs, theirs.atMs + onItsWayMs) &&
        !history.wasStalled(theirs.atMs, theirs.atMs + onItsWayMs) &&
        (there.has(theirs.atMs) || !readings.some(isInsteadOf(theirs))),
    );
    const found = expected.filter(({ atMs }) => there.has(atMs));
    const missing = unexplained(
      exporter,
      expected.filter(({ atMs }) => !there.has(atMs)),
    );
    return {
      due: found.length + missing.length,
      missing: missing.map(({ atMs }) => `the reading of ${at(atMs)} did not arrive`),
    };
  };

  const skippedMs = (exporter: string, sinceMs: number, atMs: number): number =>
    history
      .skips(exporter)
      .filter(({ fromMs, untilMs }) => fromMs <= atMs && untilMs >= sinceMs)
      .reduce((sum, { count }) => sum + count * intervalMs, 0);

  /** Where nothing happened to the collector, and nothing was read for longer than its exporter says. */
  const gaps = (exporter: string, readings: readonly Reading[]): string[] =>
    readings.slice(1).flatMap(({ atMs }, index) => {
      const beforeMs = readings[index]?.atMs ?? atMs;
      const expectedMs = longestGapMs + skippedMs(exporter, beforeMs, atMs);
      return atMs - beforeMs <= expectedMs ||
        history.wasDisturbed(beforeMs - disturbanceMs, atMs) ||
        history.wasStalled(beforeMs, atMs)
        ? []
        : [`nothing was read from ${at(beforeMs)} to ${at(atMs)}`];
    });

  const account = (
    stream: string,
    exporter: string,
    deliveries: readonly Delivery[],
    others: readonly Delivery[],
    wrongIn: (readings: readonly Reading[]) => { readonly lost: string[]; readonly wrong: string[] },
  ): Account => {
    const { counted, duplicated, repeated } = once(deliveries);
    const readings = counted.map(({ reading }) => reading);
    const { due, missing } = compared(
      exporter,
      readings,
      once(others).counted.map(({ reading }) => reading),
    );
    const { lost, wrong } = wrongIn(readings);
    return {
      stream,
      readings: readings.length,
      points: readings.reduce((sum, reading) => sum + readPoints(reading), 0),
      due,
      lost: [...missing, ...gaps(exporter, readings), ...lost],
      duplicated,
      wrong: [...readings.flatMap(wrongGauges), ...wrong],
      repeated,
    };
  };

  return {
    totals: (exporter: string, deliveries: readonly Delivery[], others: readonly Delivery[]): Account =>
      account('OTLP, totals', exporter, deliveries, others, (readings) => ({
        lost: [],
        wrong: readings.flatMap(({ atMs, volumes }) =>
          [...volumes].flatMap(([volume, told]) =>
            told.up && !sameSaid(told.said, saidBy(volume, told.gauge))
              ? [`volume ${volume} at ${at(atMs)}: ${JSON.stringify(told)}`]
              : [],
          ),
        ),
      })),

    differences: (exporter: string, deliveries: readonly Delivery[], others: readonly Delivery[]): Account =>
      account('OTLP, differences', exporter, deliveries, others, (readings) => {
        const lost: string[] = [];
        const wrong: string[] = [];
        const before = new Map<number, number>();
        for (const { atMs, volumes } of readings) {
          for (const [volume, told] of volumes) {
            if (!told.up) continue;
            const from = before.get(volume);
            before.set(volume, told.gauge);
            // What is counted from is the first reading: nobody knows what was pushed before.
            if (from === undefined) continue;
            const isNew = lifeOf(from) !== lifeOf(told.gauge);
            const expected = roseBy(volume, isNew ? told.gauge : told.gauge - from, isNew);
            if (sameSaid(told.said, expected)) continue;
            const what = `volume ${volume} at ${at(atMs)} rose by ${JSON.stringify(told.said)} instead of ${JSON.stringify(expected)}`;
            (told.said.reads < expected.reads ? lost : wrong).push(what);
          }
        }
        return { lost, wrong };
      }),
  };
}
