import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { set, spawnCollector, startCollector, type Collector } from '../../fixtures/collector.ts';
import { fetchText } from '../../fixtures/http.ts';
import { ebsDrive, startNode, type TestNode } from '../../fixtures/node.ts';
import { startOtlpReceiver, type Answer, type OtlpReceiver } from '../../fixtures/otlp-receiver.ts';
import { below, oneOf, seededRandom } from '../../fixtures/seeded-random.ts';
import { pushEvery } from './push-settings.ts';

/** What the collector gives itself to end, and what a machine with other things to do needs for the rest. */
const shutdownMs = 10_000 + 10_000;
/** EBS_TEST_SEED=NUMBER repeats a run. */
const seed = Number(process.env['EBS_TEST_SEED'] ?? Date.now() % 1_000_000);

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly tookMs: number;
  /** Every line of standard error. */
  readonly lines: readonly string[];
}

/** Calls `onLine` with every line of the log, and resolves with how the process ended. */
async function follow(child: ChildProcess, onLine: (line: string) => void): Promise<Omit<Ended, 'tookMs'>> {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (more: string) => {
    const from = text.split('\n').length - 1;
    text += more;
    text.split('\n').slice(from, -1).forEach(onLine);
  });
  child.stdout?.resume();
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, lines: text.split('\n').filter((line) => line !== '') };
}

describe(`SIGTERM in the middle of anything (seed ${seed})`, function () {
  this.timeout(240_000);
  const random = seededRandom(seed);
  let node: TestNode;
  let backend: OtlpReceiver;

  before(async () => {
    node = await startNode();
    backend = await startOtlpReceiver();
    for (const number of [1, 2, 3]) await node.attach(ebsDrive(number));
  });

  after(async () => {
    await node?.stop();
    await backend?.close();
  });

  const runArgs = () => [
    'run',
    ...node.settings,
    ...pushEvery('100ms', backend),
    ...set('exporters.prometheus.endpoint=127.0.0.1:0', 'exporters.otlphttp.timeout=500ms'),
  ];

  /** Starts a collector, keeps it busy, and ends it so long after it says that it starts. */
  const endAfter = async (delayMs: number): Promise<Ended> => {
    const child = spawnCollector(runArgs(), {});
    let termAtMs = Infinity;
    const begin = async (): Promise<void> => {
      const reloads = Array.from({ length: below(random, 4) }, () => below(random, delayMs + 1));
      for (const reloadMs of reloads)
        void sleep(reloadMs, undefined, { ref: false }).then(() => child.kill('SIGHUP'));
      await sleep(delayMs);
      termAtMs = performance.now();
      child.kill('SIGTERM');
      if (random() < 0.3) child.kill('SIGTERM');
    };
    const ended = await follow(child, (line) => {
      const { msg, address } = JSON.parse(line) as { msg: string; address?: string };
      if (msg === 'starting') void begin();
      if (msg !== 'listening' || address === undefined) return;
      for (let scrape = 0; scrape < 5; scrape++)
        void fetchText(`http://${address}/metrics`).catch(() => undefined);
    });
    return { ...ended, tookMs: performance.now() - termAtMs };
  };

  const stackTrace = /^\s+at |"stack"|unexpected error|node:internal/;

  it('ends with 0 in time, without a stack trace, whatever drives and backends do', async () => {
    const moods: readonly Answer[] = [
      { accept: true },
      { hang: true },
      { dribble: true },
      { closeConnection: true },
      { status: 503 },
    ];
    for (let run = 0; run < 24; run++) {
      const mood = oneOf(random, moods);
      backend.answer(mood);
      const hangs = random() < 0.3;
      await node.devices.setMode('nvme2n1', hangs ? { type: 'hang' } : { type: 'ok' });
      const delayMs = below(random, 600);
      const { code, signal, tookMs, lines } = await endAfter(delayMs);
      const what = `run ${run}, after ${delayMs} ms, backend ${JSON.stringify(mood)}, a drive that hangs: ${hangs}`;
      expect({ code, signal }, `${what}\n${lines.join('\n')}`).to.deep.equal({ code: 0, signal: null });
      expect(tookMs, what).to.be.below(shutdownMs);
      expect(
        lines.filter((line) => stackTrace.test(line)),
        what,
      ).to.deep.equal([]);
      await node.devices.release('nvme2n1');
    }
  });

  it('ends it before it has begun, too: by itself, or as the system ends what knows no signals yet', async () => {
    await node.devices.setMode('nvme2n1', { type: 'hang' });
    for (let run = 0; run < 12; run++) {
      const child = spawnCollector(runArgs(), {});
      const ending = follow(child, () => undefined);
      const delayMs = below(random, 250);
      await sleep(delayMs);
      const startMs = performance.now();
      child.kill('SIGTERM');
      const { code, signal, lines } = await ending;
      expect([0, 'SIGTERM'], `after ${delayMs} ms`).to.include(code ?? signal);
      expect(performance.now() - startMs).to.be.below(shutdownMs);
      expect(lines.filter((line) => !line.startsWith('{') || stackTrace.test(line))).to.deep.equal([]);
    }
  });
});

describe('SIGHUP while the collector starts', function () {
  this.timeout(60_000);
  let node: TestNode;
  let timer: NodeJS.Timeout | undefined;
  let collector: Collector | undefined;

  before(async () => {
    node = await startNode();
    await node.attach(ebsDrive(1));
  });

  after(async () => {
    clearInterval(timer);
    await collector?.stop();
    await node?.stop();
  });

  it('is heard once it has started, however often it comes', async () => {
    collector = await startCollector(node.settings, {}, ({ msg }, child) => {
      if (msg === 'starting') timer = setInterval(() => child.kill('SIGHUP'), 2);
    });
    clearInterval(timer);
    await collector.logged('the configuration was reloaded');
    expect(await collector.stop()).to.equal(0);
  });
});
