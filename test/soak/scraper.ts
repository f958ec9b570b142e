import type { CollectorLife } from './collector-life.ts';
import type { History } from './history.ts';
import type { Scrape } from './ledger.ts';
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

/** After the collector began, ended or went over to another configuration. */
const disturbanceMs = 3_000;

export function createScraper(collector: CollectorLife, history: History): Scraper {
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
    const more = [...skipped].map(([exporter, count]) => ({
      exporter,
      count: count - (isAnother ? 0 : (before.skipped.get(exporter) ?? 0)),
    }));
    // Where all of them left one out there was no reading. What an earlier collector left out after its last page nobody knows.
    const inAll = Math.min(...more.map(({ count }) => count));
    for (const { exporter, count } of more) {
      if (isAnother || count > inAll) history.skipped(exporter, before.beganMs, endedMs);
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
          history.wasAway(beganMs, endedMs) || history.wasDisturbed(beganMs - disturbanceMs, endedMs);
        if (!nobodyListened) failures.push((error as Error).message);
      }
    },
  };
}
