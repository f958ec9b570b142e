import { runbook } from '../model/runbooks.ts';
import { table } from '../model/table.ts';
import { rising, timeLeft } from '../model/thresholds.ts';
import {
  availableBytes,
  fullInSeconds,
  noUsage,
  notTheKubelets,
  usedInodes,
  usedPercent,
} from '../promql/usage.ts';
import { chosenVolumes, volumeLabels } from '../promql/volumes.ts';
import { volumeColumns } from './volume-columns.ts';

const by = `by (${volumeLabels}) `;
/** One series a volume: labels that tables do not show, such as the pod's, may be more than one for a while. */
const perVolume = (expr: string): string => `max ${by}(${expr})`;

export const space = {
  title: 'Space',
  panels: [
    table({
      title: 'Fullest',
      description:
        'Share of what pods can write that is in use. At 100 % writes fail with "no space left on device". EBS volumes can be grown while they are in use.',
      unit: 'percent',
      decimals: 1,
      thresholds: rising([85, 'orange'], [97, 'red']),
      noData: noUsage,
      links: [runbook.almostFull],
      queries: [
        { expr: `topk(20, ${perVolume(usedPercent(chosenVolumes))})` },
        {
          expr: `${perVolume(availableBytes(chosenVolumes))} and topk(20, ${perVolume(usedPercent(chosenVolumes))})`,
        },
      ],
      columns: [
        ...volumeColumns,
        { name: 'Value #A', title: 'Used', isColored: true },
        { name: 'Value #B', title: 'Left', unit: 'bytes' },
      ],
      largestFirst: 'Used',
      width: 9,
    }),
    table({
      title: 'Full soonest',
      description:
        'When nothing is left if it goes on as in the last six hours. Volumes that do not fill up are not listed; a short burst makes one look worse than it is.',
      unit: 's',
      thresholds: timeLeft,
      noData: `Nothing fills up. ${noUsage} where "Fullest" is empty too`,
      links: [runbook.fillingUp],
      queries: [{ expr: `bottomk(20, ${perVolume(fullInSeconds(chosenVolumes))})` }],
      columns: [...volumeColumns, { name: 'Value', title: 'Full in', isColored: true }],
      smallestFirst: 'Full in',
      width: 8,
    }),
    table({
      title: 'Fewest inodes left',
      description:
        'Share of the inodes in use. Without one no file can be made, however much space is left: remove files, or grow the volume (a larger ext4 has more inodes; XFS makes them of free space).',
      unit: 'percentunit',
      decimals: 1,
      thresholds: rising([0.85, 'orange'], [0.97, 'red']),
      noData: noUsage,
      links: [runbook.outOfInodes],
      queries: [{ expr: `topk(20, ${perVolume(usedInodes(`${chosenVolumes},${notTheKubelets}`))})` }],
      columns: [...volumeColumns, { name: 'Value', title: 'Inodes used', isColored: true }],
      largestFirst: 'Inodes used',
      width: 7,
    }),
  ],
};
