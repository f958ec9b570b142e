import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../fixtures/eventually.ts';
import { freePort } from '../fixtures/free-port.ts';
import { startNode } from '../fixtures/node.ts';
import { below, seededRandom } from '../fixtures/seeded-random.ts';
import type { Account } from './account.ts';
import { startBackend } from './backend.ts';
import { createCollectorLife } from './collector-life.ts';
import { chooseFault, kindsOfFaults, type World } from './faults.ts';
import { createDiary } from './diary.ts';
import { createHistory } from './history.ts';
import { createLedger, patienceMs } from './ledger.ts';
import { accountOfPages } from './pages.ts';
import { findingsIn, renderReport } from './report.ts';
import { createScraper } from './scraper.ts';
import { watchForStalls } from './stalls.ts';
import { createVolumes } from './volumes.ts';

/**
 * `make soak`: SECONDS of faults at random (SEED), then the ledger. Ends with 1 where it does not balance. Where the machine
 * stands still meanwhile it takes longer, but not for ever.
 */

const seconds = Number(process.env['SOAK_SECONDS'] || 3_600);
const seed = Number(process.env['SOAK_SEED'] || Date.now() % 1_000_000);
const print = (text: string) => void process.stdout.write(`${text}\n`);
const volumeCount = 8;
/** Of SECONDS, on a machine that stands still now and then. */
const longestFactor = 2;
/** The user that a collector becomes that was started as root. */
const collectorUser = 65532;

print(`soak of ${seconds} s, seed ${seed}: repeat it with SECONDS=${seconds} SEED=${seed}`);
const random = seededRandom(seed);
const history = createHistory();
const diary = createDiary();
const node = await startNode();
const volumes = createVolumes(node, history, volumeCount);
for (const volume of volumes.numbers) await volumes.attach(volume);
const [totals, differences] = [
  await startBackend((what) => diary.note('totals', what)),
  await startBackend((what) => diary.note('differences', what)),
];
const storage = mkdtempSync(join(tmpdir(), 'soak-'));
if (process.getuid?.() === 0) chownSync(storage, collectorUser, collectorUser);

/** The same for each that is started, also for those that reload. */
const port = await freePort();

const pushing = (url: string, temporality: string) =>
  `{endpoint: "${url}", interval: 500ms, timeout: ${patienceMs}ms, temporality: ${temporality}, sending_queue: {storage: "${storage}"}, retry_on_failure: {initial_interval: 50ms, max_interval: 300ms}}`;
const collector = createCollectorLife(
  [
    ...node.settings,
    ...[
      'receivers.nvme.read_timeout=1s',
      'receivers.nvme.min_interval=100ms',
      `exporters={prometheus: {endpoint: "127.0.0.1:${port}"}, otlphttp/totals: ${pushing(totals.url, 'cumulative')}, otlphttp/differences: ${pushing(differences.url, 'delta')}}`,
      'service.pipelines.metrics.exporters=[prometheus, otlphttp/totals, otlphttp/differences]',
    ].flatMap((setting) => ['--set', setting]),
  ],
  history,
  (what) => diary.note('collector', what),
);
await collector.start();
const endWatching = watchForStalls((fromMs, untilMs) => {
  history.stalled(fromMs, untilMs);
  diary.note('machine', `stood still for most of ${untilMs - fromMs} ms`);
});

let running = true;
const happened = new Map<string, number>();
const scraper = createScraper(collector, history, (what) => diary.note('scraper', what));

const work = async (): Promise<void> => {
  while (running) {
    for (const volume of volumes.numbers)
      if (random() < 0.5) await volumes.work(volume, 1 + below(random, 5));
    await sleep(below(random, 200));
  }
};

const scrape = async (): Promise<void> => {
  while (running) {
    await scraper.scrape();
    await sleep(below(random, 500));
  }
};

const harm = async (world: World, kind: (typeof kindsOfFaults)[number]): Promise<void> => {
  while (running) {
    const name = chooseFault(world.random, kind);
    happened.set(name, (happened.get(name) ?? 0) + 1);
    diary.note('fault', `${name} begins`);
    await kind[name]?.run(world);
    diary.note('fault', `${name} is over`);
    await sleep(below(world.random, 400));
  }
};

const beganMs = Date.now();
const elapsedSeconds = () => (Date.now() - beganMs) / 1_000;
/** In which what depends on time can be looked at. */
const watchedSeconds = () => elapsedSeconds() - history.stalledMs() / 1_000;
const world = { random, volumes, backends: [totals, differences], collector };
const tasks = [work(), scrape(), ...kindsOfFaults.map((kind) => harm(world, kind))];
while (watchedSeconds() < seconds && elapsedSeconds() < seconds * longestFactor) await sleep(500);
running = false;
const watched = Math.round(watchedSeconds());
const elapsed = Math.round(elapsedSeconds());
await Promise.all(tasks);

/** Once all is well again, everything that waits arrives. */
const waiting = async (): Promise<number> => {
  const { body } = await collector.current().scrape();
  const sizes = [...body.matchAll(/^ebs_collector_exporter_queue_size_?\w*\{.*\} (\d+)$/gm)];
  // A queue on disk is opened while pages are served already.
  if (sizes.length !== 2) return Infinity;
  return sizes.reduce((sum, [, size]) => sum + Number(size), 0);
};
await eventually('what waits', waiting, (count) => count <= 1);
await collector.stop();
endWatching();

const ledger = createLedger(history, collector.kills);
const accounts: readonly Account[] = [
  ledger.totals('otlphttp/totals', totals.deliveries, differences.deliveries),
  ledger.differences('otlphttp/differences', differences.deliveries, totals.deliveries),
  accountOfPages(history, scraper.scrapes),
];
await node.stop();
await totals.close();
await differences.close();
rmSync(storage, { recursive: true, force: true });

const findings = [
  ...findingsIn(accounts),
  ...scraper.failures.map((reason) => `scrape failed: ${reason}`),
  ...[...totals.nonsense, ...differences.nonsense].map((reason) => `nonsense was pushed: ${reason}`),
  ...collector.complaints().map((line) => `the collector complained: ${line}`),
];
print(renderReport(happened, accounts, findings));
if (watched < elapsed) {
  print(
    `for ${elapsed - watched} s of ${elapsed} the machine stood still now and then: what depends on time was not looked at\n`,
  );
}
/** The diary may be out of reach for who reads this: what happened around the first finding is said here. */
const [firstAt] = findings.flatMap((finding) => finding.match(/\d{4}-\d\d-\d\dT[\d:.]+Z/) ?? []);
if (firstAt !== undefined) print(`${diary.around(Date.parse(firstAt), 1_500).join('\n')}\n`);
const tooLittle = accounts.some(({ readings }) => readings < seconds / 3);
if (tooLittle) print('too little was seen for the ledger to say anything');
const balances = findings.length === 0 && !tooLittle;
print(balances ? 'the ledger balances' : `the ledger does not balance (seed ${seed}): see ${diary.write()}`);
process.exitCode = balances ? 0 : 1;
