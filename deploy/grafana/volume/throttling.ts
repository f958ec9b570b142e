import { runbook } from '../model/runbooks.ts';
import { stateTimeline } from '../model/state-timeline.ts';
import { words } from '../model/thresholds.ts';
import { timeSeries } from '../model/time-series.ts';
import { answers, exceededShareByNode, limits, mainLimit, remedies } from '../promql/limits.ts';
import { perStep } from '../promql/volumes.ts';
import { noVolume, thisVolume } from './scope.ts';

const links = [runbook.volumeIops, runbook.volumeThroughput, runbook.instanceLimit];

export const throttling = {
  title: 'Who throttles it',
  panels: [
    stateTimeline({
      title: 'In a word',
      description: `Which limit demand exceeded for the longest part of each step; "Nobody" below 1 % of it. ${remedies}`,
      unit: 'none',
      noData: noVolume,
      mappings: words(answers),
      links,
      queries: [{ expr: mainLimit(thisVolume, perStep), legend: '{{node}}' }],
      height: 4,
    }),
    timeSeries({
      title: 'For how much of the time',
      description: `Share of the time that demand exceeded each limit, on top of one another: two limits exceeded all the time are 200 %. High with a calm application: short bursts within each second. ${remedies}`,
      unit: 'percentunit',
      min: 0,
      isStacked: true,
      noData: noVolume,
      links,
      queries: limits.map((limit) => ({
        expr: exceededShareByNode(limit, thisVolume, perStep),
        legend: `${limit.name} {{node}}`,
        color: limit.color,
      })),
      width: 24,
    }),
  ],
};
