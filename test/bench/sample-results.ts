import { subjectNames, type Figure, type Results, type SubjectName } from './figures.ts';

/** A small run, its numbers round so that what is made of them can be seen. */

const perVolumeMs: Readonly<Record<SubjectName, number>> = {
  ours: 0.0625,
  go: 0.5,
  stock: 1,
  floor: 0.03125,
};

function scrapeFigures(volumes: number): Figure[] {
  return subjectNames.flatMap((subject): Figure[] => {
    const cpuMs = perVolumeMs[subject] * volumes + 1;
    const key = { part: 'scrape', volumes, subject, variant: 'plain' } as const;
    const spread = { lowerQuartile: cpuMs * 0.9, upperQuartile: cpuMs * 1.1, samples: 5 };
    return [
      { ...key, what: 'CPU', unit: 'ms', value: cpuMs, ...spread },
      { ...key, what: 'wall', unit: 'ms', value: cpuMs * 2 },
    ];
  });
}

const push = (variant: string, value: number): Figure[] => [
  { part: 'push', what: 'CPU', variant, volumes: 28, subject: 'ours', unit: 'ms', value },
  { part: 'push', what: 'payload, gzip', variant, volumes: 28, subject: 'ours', unit: 'KiB', value: 10.25 },
];

export const sampleResults: Results = {
  schema: 1,
  date: '2026-11-21',
  revision: '6e8f6d9',
  command: 'dist/ebs-nvme-collector.js',
  machine: {
    cpu: 'Example Processor',
    cores: 2,
    memoryMib: 7936,
    kernel: '6.1.0',
    node: 'v24.21.0',
    go: 'go1.26.8',
  },
  figures: [
    ...[1, 28, 128].flatMap(scrapeFigures),
    ...push('proto', 12),
    ...push('json', 13),
    {
      part: 'soak',
      what: 'CPU',
      variant: '',
      volumes: 28,
      subject: 'ours',
      unit: 'millicores',
      value: 9.07,
    },
  ],
};

/** The same run where one subject's scrapes cost so many times as much. */
export function withCpuOf(subject: SubjectName, factor: number): Results {
  return {
    ...sampleResults,
    figures: sampleResults.figures.map((figure) => {
      if (figure.subject !== subject || figure.part !== 'scrape' || figure.what !== 'CPU') return figure;
      const { value, lowerQuartile = value, upperQuartile = value } = figure;
      return {
        ...figure,
        value: value * factor,
        lowerQuartile: lowerQuartile * factor,
        upperQuartile: upperQuartile * factor,
      };
    }),
  };
}
