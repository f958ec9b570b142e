import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { figureOf, type Figure } from '../figures.ts';
import { stageNames, type StageCosts } from '../stages/stage.ts';
import { summarize } from '../statistics.ts';
import { nodeProgram, programsFolder, subjectEnvironment } from '../subject.ts';
import { startWorkload, type Workload } from '../workload.ts';
import type { Part } from './part.ts';

/** What each stage of a scrape costs, in a process that goes through them one at a time. */

const warmUps = 60;
const rounds = 40;

async function measure(workload: Workload): Promise<Figure[]> {
  const { devPath, sysPath, volumes } = workload;
  const program = join(programsFolder, 'stages/main.js');
  const child = fork(program, [devPath, sysPath], {
    execPath: nodeProgram,
    execArgv: [],
    env: subjectEnvironment,
  });
  const failed = once(child, 'exit').then(([code]: unknown[]): never => {
    throw new Error(`the program of the stages ended with ${String(code)}`);
  });
  const round = async (): Promise<StageCosts> => {
    child.send('round');
    const [costs] = (await Promise.race([once(child, 'message'), failed])) as [StageCosts];
    return costs;
  };
  const all: StageCosts[] = [];
  try {
    for (let i = 0; i < warmUps; i++) {
      await workload.advance(8);
      await round();
    }
    for (let i = 0; i < rounds; i++) {
      await workload.advance();
      all.push(await round());
    }
  } finally {
    failed.catch(() => undefined);
    child.kill();
  }
  return stageNames.map((what) =>
    figureOf(
      { part: 'stages', what, variant: '', volumes, subject: 'ours', unit: 'ms' },
      summarize(all.map((costs) => costs[what])),
    ),
  );
}

export const stagesPart: Part = async () => {
  const figures: Figure[] = [];
  for (const volumes of [1, 28, 128]) {
    const workload = await startWorkload(volumes);
    try {
      figures.push(...(await measure(workload)));
    } finally {
      await workload.stop();
    }
  }
  return figures;
};
