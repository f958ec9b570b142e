import { runbook } from '../model/runbooks.ts';
import { stat } from '../model/stat.ts';
import { lines, timeLeft } from '../model/thresholds.ts';
import { timeSeries } from '../model/time-series.ts';
import {
  availableBytes,
  fullInSeconds,
  noUsage,
  sizeBytes,
  usedBytes,
  usedInodes,
  usedPercent,
} from '../promql/usage.ts';
import { thisVolume } from './scope.ts';

export const space = {
  title: 'Space',
  panels: [
    timeSeries({
      title: 'Bytes',
      description:
        'Used and left for pods, with the size of the file system. What is missing between them is kept for root. A size that steps up is a volume that was grown.',
      unit: 'bytes',
      min: 0,
      noData: noUsage,
      links: [runbook.fillingUp],
      queries: [
        { expr: `max(${usedBytes(thisVolume)})`, legend: 'used', color: 'orange' },
        { expr: `max(${availableBytes(thisVolume)})`, legend: 'left', color: 'green' },
        { expr: `max(${sizeBytes(thisVolume)})`, legend: 'size', color: 'blue' },
      ],
      width: 10,
    }),
    timeSeries({
      title: 'In use',
      description:
        'Share of the bytes and of the inodes in use. Whichever reaches 100 % first stops writes; without inodes no file can be made, however much space is left.',
      unit: 'percent',
      min: 0,
      max: 100,
      thresholds: lines([85, 'orange'], [97, 'red']),
      noData: noUsage,
      links: [runbook.almostFull, runbook.outOfInodes],
      queries: [
        { expr: `max(${usedPercent(thisVolume)})`, legend: 'bytes', color: 'orange' },
        { expr: `100 * max(${usedInodes(thisVolume)})`, legend: 'inodes', color: 'purple' },
      ],
      width: 10,
    }),
    stat({
      title: 'Full in',
      description: 'When nothing is left if it goes on as in the last six hours. Empty: it does not fill up.',
      unit: 's',
      noData: 'Does not fill up, or its usage is not known',
      thresholds: timeLeft,
      isLoud: true,
      width: 4,
      height: 8,
      links: [runbook.fillingUp],
      queries: [{ expr: `min(${fullInSeconds(thisVolume)})` }],
    }),
  ],
};
