import { at, disturbanceMs, noteMs, readPoints, readWithinMs, type Account, type Scrape } from './account.ts';
import type { History } from './history.ts';
import { sameSaid, saidBy } from './volume-page.ts';

/** Compares what devices held with what was on the pages. */

interface Finding {
  readonly kind: 'lost' | 'wrong';
  readonly what: string;
}

/** A fault is felt until the command that it held is over, and the drive is asked again. */
const recoveryMs = 2_500;

export function accountOfPages(history: History, scrapes: readonly Scrape[]): Account {
  /** What times say against a volume on a page. */
  const untimely = ({ beganMs, endedMs, volumes }: Scrape, volume: number): Finding | undefined => {
    const told = volumes.get(volume);
    if (told === undefined) {
      const isMissing = history.wasAttachedThroughout(volume, beganMs - noteMs, endedMs);
      return isMissing ? { kind: 'lost', what: 'is missing' } : undefined;
    }
    if (!history.wasAttachedAtAll(volume, beganMs - noteMs, endedMs + noteMs))
      return { kind: 'wrong', what: 'was detached' };
    if (told.up) {
      const wasHeldThen = history.held(volume, told.gauge, beganMs - readWithinMs, endedMs + noteMs);
      return wasHeldThen ? undefined : { kind: 'wrong', what: `did not hold ${told.gauge}` };
    }
    const excused =
      history.hadFault(volume, beganMs - recoveryMs, endedMs) ||
      !history.wasAttachedThroughout(volume, beganMs - recoveryMs, endedMs) ||
      history.wasDisturbed(beganMs - disturbanceMs, endedMs);
    return excused ? undefined : { kind: 'lost', what: 'could not be read' };
  };

  const findingOnPage = (scrape: Scrape, volume: number): Finding | undefined => {
    const { beganMs, endedMs, volumes } = scrape;
    const where = `volume ${volume} on the page of ${at(endedMs)}`;
    const told = volumes.get(volume);
    if (told?.up === true && !sameSaid(told.said, saidBy(volume, told.gauge)))
      return { kind: 'wrong', what: `${where}: ${JSON.stringify(told)}` };
    if (history.wasStalled(beganMs, endedMs)) return undefined;
    const found = untimely(scrape, volume);
    return found && { ...found, what: `${where} ${found.what}` };
  };

  const findings = scrapes.flatMap((scrape) =>
    history.volumes().flatMap((volume) => findingOnPage(scrape, volume) ?? []),
  );
  const whatOf = (wanted: Finding['kind']): string[] =>
    findings.flatMap(({ kind, what }) => (kind === wanted ? [what] : []));
  return {
    stream: 'Prometheus pages',
    readings: scrapes.length,
    points: scrapes.reduce((sum, { volumes }) => sum + readPoints({ volumes }), 0),
    due: 0,
    lost: whatOf('lost'),
    duplicated: [],
    wrong: whatOf('wrong'),
    repeated: 0,
  };
}
