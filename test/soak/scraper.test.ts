import { expect } from 'chai';
import type { Collector } from '../fixtures/collector.ts';
import { createHistory } from './history.ts';
import { createScraper } from './scraper.ts';

/** A collector whose pages say what its exporters left out by then. */
function collectorThatSkips(
  ...pages: readonly (readonly [totals: number, differences: number])[]
): Collector {
  const bodies = pages.map(([totals, differences]) =>
    [
      '# TYPE ebs_collector_exporter_skipped_total counter\n',
      ...Object.entries({ 'otlphttp/totals': totals, 'otlphttp/differences': differences }).map(
        ([id, count]) => `ebs_collector_exporter_skipped_total{otel_component_name="${id}"} ${count}\n`,
      ),
    ].join(''),
  );
  return {
    scrape: () => Promise.resolve({ status: 200, body: bodies.shift() ?? '' }),
  } as unknown as Collector;
}

describe('the scraper of the soak', () => {
  const counts = (history: ReturnType<typeof createHistory>, exporter: string): readonly number[] =>
    history.skips(exporter).map(({ count }) => count);

  it('notes how many readings each exporter left out, also where all of them did: it need not be the same one', async () => {
    const history = createHistory();
    const one = collectorThatSkips([0, 0], [1, 1], [1, 3], [1, 3]);
    const scraper = createScraper({ current: () => one }, history, () => {});
    for (let page = 0; page < 4; page++) await scraper.scrape();
    expect(scraper.failures).to.deep.equal([]);
    expect(counts(history, 'otlphttp/totals')).to.deep.equal([1]);
    expect(counts(history, 'otlphttp/differences')).to.deep.equal([1, 2]);
  });

  it('does not know how many one left out that ended after its last page', async () => {
    const history = createHistory();
    let current = collectorThatSkips([2, 0]);
    const scraper = createScraper({ current: () => current }, history, () => {});
    await scraper.scrape();
    current = collectorThatSkips([0, 0], [0, 0]);
    await scraper.scrape();
    await scraper.scrape();
    expect(counts(history, 'otlphttp/totals')).to.deep.equal([2, Infinity]);
    expect(counts(history, 'otlphttp/differences')).to.deep.equal([Infinity]);
  });
});
