import { figureOf, exporterNames, type Figure } from '../figures.ts';
import { cpuTimeMs } from '../process-cost.ts';
import { summarize } from '../statistics.ts';
import { startSubject } from '../subject.ts';
import { startWorkload } from '../workload.ts';
import type { Part } from './part.ts';

/** From spawn to the first page, all volumes on it. */

const starts = 10;
const volumes = 28;

export const startPart: Part = async () => {
  const workload = await startWorkload(volumes);
  const wallMs = new Map(exporterNames.map((name) => [name, [] as number[]]));
  const cpuMs = new Map(exporterNames.map((name) => [name, [] as number[]]));
  try {
    for (let i = 0; i < starts; i++) {
      for (const name of exporterNames) {
        const subject = await startSubject(name, workload);
        wallMs.get(name)?.push(subject.firstPageMs);
        cpuMs.get(name)?.push(cpuTimeMs(subject.pid));
        await subject.stop();
      }
    }
  } finally {
    await workload.stop();
  }
  return exporterNames.flatMap((subject): Figure[] => {
    const key = { part: 'start', variant: '', volumes, subject, unit: 'ms' } as const;
    return [
      figureOf({ ...key, what: 'wall' }, summarize(wallMs.get(subject) ?? [])),
      figureOf({ ...key, what: 'CPU' }, summarize(cpuMs.get(subject) ?? [])),
    ];
  });
};
