import { figureOf, type Figure } from '../figures.ts';
import { measureRounds } from '../rounds.ts';
import type { ScrapeOptions } from '../scraper.ts';
import { summarize } from '../statistics.ts';
import { readAlways, startSubject, type Subject } from '../subject.ts';
import { startWorkload, type Workload } from '../workload.ts';
import type { Part } from './part.ts';

/** Ours in each naming and format. */

const namings = ['ebs', 'otel', 'aws_ebs_csi', 'ebs, otel, aws_ebs_csi'];
const variants: readonly (readonly [string, ScrapeOptions])[] = [
  ['plain', { gzip: false }],
  ['gzip', { gzip: true }],
  ['OpenMetrics, gzip', { gzip: true, accept: 'application/openmetrics-text;version=1.0.0' }],
];

async function measure(
  workload: Workload,
  named: readonly (Subject & { naming: string })[],
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [variant, options] of variants) {
    const contenders = named.map((subject) => ({ ...subject, scrape: () => subject.scrape(options) }));
    const between = () => workload.advance();
    await measureRounds(contenders, { blocks: 1, roundsPerBlock: 12, between: () => workload.advance(8) });
    const measured = await measureRounds(contenders, { blocks: 3, roundsPerBlock: 5, between });
    for (const { contender, cpuMs, wallMs, bytes } of measured) {
      const key = {
        part: 'namings',
        variant: `${contender.naming}: ${variant}`,
        volumes: workload.volumes,
        subject: 'ours',
      } as const;
      figures.push(
        figureOf({ ...key, what: 'CPU', unit: 'ms' }, summarize(cpuMs)),
        figureOf({ ...key, what: 'wall', unit: 'ms' }, summarize(wallMs)),
        { ...key, what: 'page', unit: 'KiB', value: bytes / 1024 },
      );
    }
  }
  return figures;
}

export const namingsPart: Part = async ({ full }) => {
  const figures: Figure[] = [];
  for (const volumes of full ? [1, 28, 128] : [28, 128]) {
    const workload = await startWorkload(volumes);
    const named: (Subject & { naming: string })[] = [];
    try {
      for (const naming of namings) {
        const settings = [readAlways, `exporters.prometheus.naming=[${naming}]`];
        named.push({ ...(await startSubject('ours', workload, { settings })), naming });
      }
      figures.push(...(await measure(workload, named)));
    } finally {
      for (const subject of named) await subject.stop();
      await workload.stop();
    }
  }
  return figures;
};
