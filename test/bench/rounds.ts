import { setTimeout as sleep } from 'node:timers/promises';
import { cpuTimeMs } from './process-cost.ts';
import type { Scrape } from './scraper.ts';

/** One of those that take turns. */
export interface Contender {
  readonly pid: number;
  readonly scrape: () => Promise<Scrape>;
}

export interface Measured<C extends Contender> {
  readonly contender: C;
  /** CPU time of a scrape, one mean for each block. */
  readonly cpuMs: readonly number[];
  /** One for each scrape. */
  readonly wallMs: readonly number[];
  /** Of the last page. */
  readonly bytes: number;
}

export interface Rounds {
  readonly blocks: number;
  readonly roundsPerBlock: number;
  /** Called before each round. */
  readonly between: () => Promise<void>;
}

/** What a process still does after its answer, collecting garbage for one, counts too. */
const settleMs = 30;

/**
 * The contenders take turns, scrape by scrape, and not always in the same order: A B C, B C A. Whatever else happens on
 * the machine happens to all.
 */
export async function measureRounds<C extends Contender>(
  contenders: readonly C[],
  { blocks, roundsPerBlock, between }: Rounds,
): Promise<Measured<C>[]> {
  const measured = contenders.map((contender) => ({
    contender,
    cpuMs: [] as number[],
    wallMs: [] as number[],
    bytes: 0,
  }));
  for (let block = 0; block < blocks; block++) {
    const before = measured.map(({ contender }) => cpuTimeMs(contender.pid));
    for (let round = 0; round < roundsPerBlock; round++) {
      await between();
      for (let turn = 0; turn < measured.length; turn++) {
        const one = measured[(round + turn) % measured.length];
        if (one === undefined) continue;
        const { wallMs, bytes } = await one.contender.scrape();
        one.wallMs.push(wallMs);
        one.bytes = bytes;
      }
    }
    await sleep(settleMs);
    measured.forEach(({ contender, cpuMs }, index) => {
      const beforeMs = before[index];
      if (beforeMs !== undefined) cpuMs.push((cpuTimeMs(contender.pid) - beforeMs) / roundsPerBlock);
    });
  }
  return measured;
}
