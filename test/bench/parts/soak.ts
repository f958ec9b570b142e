import { setTimeout as sleep } from 'node:timers/promises';
import type { Figure } from '../figures.ts';
import { cpuTimeMs, residentMib } from '../process-cost.ts';
import { startSink } from '../sink.ts';
import { startSubject, type Subject } from '../subject.ts';
import { startWorkload } from '../workload.ts';
import type { Part } from './part.ts';

/**
 * An ordinary node: ours with its defaults is scraped and pushes, the Go exporter beside it is scraped. Between two
 * scrapes everything cools down, which scrapes in a row do not show.
 */

const volumes = 28;
const scrapeIntervalSeconds = 15;
/** Two scrapes and a push at least before the clock starts. */
const warmUpScrapes = 2;

export const soakPart: Part = async ({ soakSeconds }) => {
  const workload = await startWorkload(volumes);
  const sink = await startSink();
  const subjects: Subject[] = [];
  const settings = [
    `exporters.otlphttp.endpoint=${sink.url}`,
    'service.pipelines.metrics.exporters=[prometheus, otlphttp]',
  ];
  try {
    subjects.push(await startSubject('ours', workload, { settings }), await startSubject('go', workload));
    const scrape = async () => {
      await workload.advance();
      for (const subject of subjects) await subject.scrape({ gzip: true });
    };
    for (let i = 0; i < warmUpScrapes; i++) {
      await sleep(5000);
      await scrape();
    }
    const startMs = performance.now();
    const before = subjects.map(({ pid }) => cpuTimeMs(pid));
    for (let next = scrapeIntervalSeconds; next <= soakSeconds; next += scrapeIntervalSeconds) {
      await sleep(Math.max(0, startMs + next * 1000 - performance.now()));
      await scrape();
    }
    await sleep(Math.max(1000, startMs + soakSeconds * 1000 - performance.now()));
    const elapsedMs = performance.now() - startMs;
    return subjects.flatMap(({ pid, name }, index): Figure[] => {
      const beforeMs = before[index];
      if (beforeMs === undefined) return [];
      const key = { part: 'soak', variant: '', volumes, subject: name } as const;
      const millicores = ((cpuTimeMs(pid) - beforeMs) / elapsedMs) * 1000;
      return [
        { ...key, what: 'CPU', unit: 'millicores', value: millicores },
        { ...key, what: 'resident', unit: 'MiB', value: residentMib(pid) },
      ];
    });
  } finally {
    for (const subject of subjects) await subject.stop();
    await sink.close();
    await workload.stop();
  }
};
