import { figureOf, subjectNames, type Figure } from '../figures.ts';
import { measureRounds } from '../rounds.ts';
import { summarize } from '../statistics.ts';
import { startSubject, type Subject } from '../subject.ts';
import { checkSameValues } from '../same-values.ts';
import { startWorkload, type Workload } from '../workload.ts';
import type { Part } from './part.ts';

/** A scrape of each subject, over the number of volumes. */

const volumeCounts = [1, 8, 28, 64, 128];
/** With 128 volumes ours collects garbage every twenty scrapes: each block is to have its share. */
const fewestRounds = 25;
const clamp = (value: number, low: number, high: number) => Math.round(Math.min(high, Math.max(low, value)));

async function measure(workload: Workload, subjects: readonly Subject[]): Promise<Figure[]> {
  const { volumes } = workload;
  const between = () => workload.advance();
  // Compilers watch a function for a while before they optimize it: with few volumes that takes more scrapes.
  const warmUps = clamp(5000 / volumes, 120, 300);
  await measureRounds(
    subjects.map(({ pid, scrape }) => ({ pid, scrape: () => scrape({ gzip: false }) })),
    { blocks: 1, roundsPerBlock: warmUps, between: () => workload.advance(8) },
  );
  const figures: Figure[] = [];
  for (const variant of ['plain', 'gzip']) {
    const gzip = variant === 'gzip';
    const contenders = subjects.map((subject) => ({
      ...subject,
      scrape: () => subject.scrape({ gzip }),
    }));
    const measured = await measureRounds(
      // The stock exporter and the floor do not compress.
      gzip ? contenders.filter(({ name }) => name === 'ours' || name === 'go') : contenders,
      { blocks: gzip ? 3 : 5, roundsPerBlock: clamp(600 / volumes, fewestRounds, 40), between },
    );
    for (const { contender, cpuMs, wallMs, bytes } of measured) {
      const key = { part: 'scrape', variant, volumes, subject: contender.name } as const;
      figures.push(
        figureOf({ ...key, what: 'CPU', unit: 'ms' }, summarize(cpuMs)),
        figureOf({ ...key, what: 'wall', unit: 'ms' }, summarize(wallMs)),
        { ...key, what: 'page', unit: 'KiB', value: bytes / 1024 },
      );
    }
  }
  return figures;
}

export const scrapePart: Part = async () => {
  const figures: Figure[] = [];
  for (const volumes of volumeCounts) {
    const workload = await startWorkload(volumes);
    const subjects: Subject[] = [];
    try {
      let pageBytes = 0;
      for (const name of subjectNames) {
        const subject = await startSubject(name, workload, { pageBytes });
        subjects.push(subject);
        if (name === 'ours') pageBytes = Buffer.byteLength(await subject.page());
      }
      await checkSameValues(subjects);
      figures.push(...(await measure(workload, subjects)));
    } finally {
      for (const subject of subjects) await subject.stop();
      await workload.stop();
    }
  }
  return figures;
};
