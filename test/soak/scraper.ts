import type { CollectorLife } from './collector-life.ts';
import type { History } from './history.ts';
import { disturbanceMs, type Scrape } from './account.ts';
import { volumesOnPage } from './readings.ts';

/** What Prometheus would do, and what it would see. */
export interface Scraper {
  readonly scrapes: readonly Scrape[];
  /** Those that failed without a reason. */
  readonly failures: readonly string[];
  scrape(): Promise<void>;
}

/** How many ticks each exporter says that it left out, as the reading before took too long. */
function skippedOn(body: string): ReadonlyMap<string, number> {
  const lines = body.matchAll(
    /^ebs_collector_exporter_skipped\w*\{.*otel_component_name="([^"]+)".*\} (\d+)$/gm,
  );
  return new Map([...lines].map(([, exporter = '', count]) => [exporter, Number(count)]));
}

/** @param note told of what exporters left out */
export function createScraper(
  collector: Pick<CollectorLife, 'current'>,
  history: History,
  note: (what: string) => void,
): Scraper {
  const scrapes: Scrape[] = [];
  const failures: string[] = [];
  let before = {
    of: collector.current(),
    beganMs: Date.now(),
    skipped: new Map() as ReadonlyMap<string, number>,
  };

  const noteSkipped = (body: string, beganMs: number, endedMs: number): void => {
    const of = collector.current();
    const isAnother = before.of !== of;
    const skipped = skippedOn(body);
    for (const [exporter, count] of skipped) {
      // What an earlier collector left out after its last page nobody knows.
      const more = isAnother ? Infinity : count - (before.skipped.get(exporter) ?? 0);
      if (more <= 0) continue;
      history.skipped(exporter, more, before.beganMs, endedMs);
      note(isAnother ? `${exporter} left out nobody knows how many` : `${exporter} left out ${more}`);
    }
    before = { of, beganMs, skipped };
  };

  return {
    scrapes,
    failures,
    async scrape() {
      const beganMs = Date.now();
      try {
        const { status, body } = await collector.current().scrape();
        const endedMs = Date.now();
        if (status !== 200) return void failures.push(`HTTP ${status}: ${body}`);
        scrapes.push({ beganMs, endedMs, volumes: volumesOnPage(body) });
        noteSkipped(body, beganMs, endedMs);
      } catch (error) {
        const endedMs = Date.now();
        const nobodyListened =
          history.wasAway(beganMs, endedMs) ||
          history.wasDisturbed(beganMs - disturbanceMs, endedMs) ||
          history.wasStalled(beganMs - disturbanceMs, endedMs);
        if (!nobodyListened) failures.push((error as Error).message);
      }
    },
  };
}
