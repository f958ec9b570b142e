import { exporterNames, type Figure, type SubjectName } from '../figures.ts';
import { residentMib } from '../process-cost.ts';
import { startSubject } from '../subject.ts';
import { startWorkload, type Workload } from '../workload.ts';
import type { Part } from './part.ts';

/** What stays resident as scrapes go by, compressed ones, as Prometheus asks for. */

const marks = new Set([1, 300, 3000]);
/** Changing every page takes longer than a scrape: here a few change each time. */
const volumesPerScrape = 4;

async function measure(workload: Workload, name: SubjectName, lastMark: number): Promise<Figure[]> {
  const subject = await startSubject(name, workload);
  const figures: Figure[] = [];
  try {
    // The first page came at the start.
    for (let scrapes = 1; scrapes <= lastMark; scrapes++) {
      if (scrapes > 1) {
        await workload.advance(volumesPerScrape);
        await subject.scrape({ gzip: true });
      }
      if (!marks.has(scrapes)) continue;
      figures.push({
        part: 'memory',
        what: 'resident',
        variant: `after ${scrapes}`,
        volumes: workload.volumes,
        subject: name,
        unit: 'MiB',
        value: residentMib(subject.pid),
      });
    }
  } finally {
    await subject.stop();
  }
  return figures;
}

export const memoryPart: Part = async ({ full }) => {
  const figures: Figure[] = [];
  for (const volumes of [28, 128]) {
    const workload = await startWorkload(volumes);
    try {
      for (const name of exporterNames) {
        // The others take minutes for what no promise is made of.
        if (name !== 'ours' && volumes > 28 && !full) continue;
        figures.push(...(await measure(workload, name, name === 'ours' || full ? 3000 : 300)));
      }
    } finally {
      await workload.stop();
    }
  }
  return figures;
};
