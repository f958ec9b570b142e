import { once } from 'node:events';
import { startCollector, type Collector, type LogLine } from '../fixtures/collector.ts';
import type { History } from './history.ts';

/** One collector after the other, on the same queue. */
export interface CollectorLife {
  current(): Collector;
  start(): Promise<void>;
  kill(): Promise<void>;
  /** @throws where it does not end with 0 */
  stop(): Promise<void>;
  /** To the same configuration. */
  reload(): Promise<void>;
  /** When one was killed, ms since the epoch. */
  readonly kills: readonly number[];
  /** Lines of all their logs that should not be there. */
  complaints(): readonly string[];
}

const isComplaint = ({ msg }: LogLine): boolean =>
  /unexpected|dropped|left out|cannot write|cannot be served|not reloaded/.test(msg);

/** @param note told of every line of their logs */
export function createCollectorLife(
  settings: readonly string[],
  history: History,
  note: (line: string) => void,
): CollectorLife {
  const lives: Collector[] = [];
  const kills: number[] = [];
  const disturb = (): void => history.collectorDisturbed(Date.now());
  const current = (): Collector => {
    const last = lives.at(-1);
    if (last === undefined) throw new Error('no collector was started yet');
    return last;
  };
  return {
    current,
    kills,
    async start() {
      disturb();
      lives.push(await startCollector(settings, {}, (line) => note(JSON.stringify(line))));
      history.collectorIsBack(Date.now());
      disturb();
    },
    async kill() {
      const { process: victim } = current();
      disturb();
      history.collectorLeaves(Date.now());
      kills.push(Date.now());
      const ended = once(victim, 'exit');
      victim.kill('SIGKILL');
      await ended;
    },
    async stop() {
      disturb();
      history.collectorLeaves(Date.now());
      const code = await current().stop();
      disturb();
      if (code !== 0) throw new Error(`the collector ended with ${code}`);
    },
    async reload() {
      const collector = current();
      const from = collector.logs.length;
      disturb();
      // An exporter whose backend does not answer is waited for, and does not collect meanwhile.
      history.collectorLeaves(Date.now());
      collector.signal('SIGHUP');
      await collector.logged('the configuration was reloaded', from);
      history.collectorIsBack(Date.now());
      disturb();
    },
    complaints: () =>
      lives.flatMap(({ logs }) => logs.filter(isComplaint).map((line) => JSON.stringify(line))),
  };
}
