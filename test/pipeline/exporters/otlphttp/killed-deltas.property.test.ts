import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import fc from 'fast-check';
import { openDeltas } from '../../../../pipeline/exporters/otlphttp/deltas.ts';
import { takeInDeltas } from '../../../../pipeline/exporters/otlphttp/intake.ts';
import { queueDirectory } from '../../../../pipeline/exporters/sending-queue/directory.ts';
import { processEdges } from '../../../../pipeline/exporters/sending-queue/edges.ts';
import type { FileSystem } from '../../../../pipeline/exporters/sending-queue/file-system.ts';
import type { Payload } from '../../../../pipeline/exporters/sending-queue/payload.ts';
import { openSendingQueue } from '../../../../pipeline/exporters/sending-queue/queue.ts';
import type { KeptState } from '../../../../pipeline/exporters/temporality/kept-state.ts';
import { stateFiles, stateName } from '../../../../pipeline/exporters/temporality/state-file.ts';
import { recordLog } from '../../../fixtures/component-context.ts';
import { counter, point, resourceMetrics } from '../../../fixtures/metrics.ts';
import { queueDefaults, retryDefaults } from '../sending-queue/setup.ts';

/** What a volume counted, of two. */
type Totals = readonly [number, number];

const volumes = ['vol-a', 'vol-b'] as const;

const collectionOf = (totals: Totals, second: number): ResourceMetrics =>
  resourceMetrics(
    {},
    {
      scope: [
        counter(
          { name: 'io' },
          ...totals.map((value, index) =>
            point(
              value,
              { 'aws.ebs.volume.id': volumes[index] ?? '' },
              { startTime: [10, 0], endTime: [second, 0] },
            ),
          ),
        ),
      ],
    },
  );

/** One for each data point, so that a push is several requests. */
const make = async ({ scopeMetrics }: ResourceMetrics): Promise<readonly Payload[]> =>
  scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .flatMap(({ dataPoints }) =>
      dataPoints.map(({ attributes, value }) => ({
        body: Buffer.from(JSON.stringify([attributes['aws.ebs.volume.id'], value])),
        contentType: 'application/json',
        contentEncoding: undefined,
        dataPoints: 1,
      })),
    );

const never = (): Promise<never> => new Promise(() => undefined);

/** A process that is killed after so many steps of its disk. */
function mortal(stepsToLive: number) {
  let steps = stepsToLive;
  let isDead = false;
  let tell = (): void => undefined;
  const died = new Promise<void>((resolve) => (tell = resolve));
  const die = (): void => {
    isDead = true;
    tell();
  };
  /** Half of a step may be done when it dies: all or nothing of a call, before it or after it. */
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    if (steps-- <= 0) {
      die();
      return never();
    }
    const result = await work();
    if (steps-- > 0) return result;
    die();
    return never();
  };
  return { died, step, isDead: () => isDead };
}

async function startProcess(storage: string, stepsToLive: number, takes: (payload: Payload) => boolean) {
  const { died, step, isDead } = mortal(stepsToLive);
  const { logger } = recordLog();
  const edges = processEdges();
  const { fileSystem } = edges;
  const slow: FileSystem = {
    ...fileSystem,
    create: (path, bytes) => step(() => fileSystem.create(path, bytes)),
    remove: (path) => step(() => fileSystem.remove(path)),
  };
  const queue = await openSendingQueue(
    {
      exporterId: 'otlphttp',
      queue: { ...queueDefaults, storage },
      retry: { ...retryDefaults, initial_interval: 1, max_interval: 1 },
      send: async (payload) => {
        if (isDead()) return never();
        return takes(payload) ? { kind: 'ok' } : { kind: 'retryable', reason: 'away' };
      },
      countDropped: (reason) => {
        throw new Error(`dropped: ${reason}`);
      },
      logger,
      neighbours: stateFiles,
    },
    // A process that is dead holds no lock.
    { ...edges, fileSystem: slow, lock: async () => ({ release: async () => undefined }) },
  );
  const opening = openDeltas({
    temporality: 'delta',
    statePath: join(queueDirectory(storage, 'otlphttp'), stateName),
    queue,
    inherited: undefined,
    nothingSentAfterMs: 100_000,
    bootId: 'boot',
    logger,
  });
  // It may die already while it looks at what the one before left.
  const deltas = await Promise.race([opening, died.then(() => 'died' as const)]);
  if (deltas === 'died') return { queue, push: () => Promise.resolve(false) };
  if (deltas?.state === undefined) throw new Error('expected deltas that are kept');
  const { state } = deltas;
  const kept: KeptState = {
    announce: (...args) => step(() => state.announce(...args)),
    confirm: () => step(() => state.confirm()),
  };
  queue.begin();
  const takeIn = takeInDeltas({ make, queue, isOpen: () => true }, deltas.converter, kept);
  return {
    queue,
    /** @returns whether the process lived through it */
    push: (metrics: ResourceMetrics): Promise<boolean> =>
      Promise.race([takeIn(metrics).then(() => true), died.then(() => false)]),
  };
}

const life = fc.record({
  /** Of the volumes between pushes. */
  gains: fc.array(fc.tuple(fc.nat({ max: 100 }), fc.nat({ max: 100 })), { minLength: 1, maxLength: 4 }),
  stepsToLive: fc.nat({ max: 40 }),
});

describe('deltas whose process is killed again and again, while the backend is away', () => {
  it('add up to what the totals rose by, once it is back', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 5 }), async (lives) => {
        const storage = await mkdtemp(join(tmpdir(), 'deltas-'));
        const sums = new Map<unknown, number>();
        let isAway = true;
        const takes = ({ body }: Payload): boolean => {
          if (isAway) return false;
          const [volume, value] = JSON.parse(Buffer.from(body).toString()) as [string, number];
          sums.set(volume, (sums.get(volume) ?? 0) + value);
          return true;
        };
        let totals: Totals = [1000, 2000];
        let second = 110;
        // What everything is counted from.
        const first = await startProcess(storage, Infinity, takes);
        await first.push(collectionOf(totals, second));
        await first.queue.shutdown(0);
        for (const { gains, stepsToLive } of lives) {
          const { push, queue } = await startProcess(storage, stepsToLive, takes);
          let isAlive = true;
          for (const [a, b] of gains) {
            totals = [totals[0] + a, totals[1] + b];
            second += 10;
            isAlive = await push(collectionOf(totals, second));
            if (!isAlive) break;
          }
          if (isAlive) await queue.shutdown(0);
        }
        const last = await startProcess(storage, Infinity, takes);
        isAway = false;
        await last.push(collectionOf(totals, second + 10));
        await last.queue.shutdown(10_000);
        await rm(storage, { recursive: true });
        expect(last.queue.size()).to.equal(0);
        expect([sums.get('vol-a'), sums.get('vol-b')]).to.deep.equal([totals[0] - 1000, totals[1] - 2000]);
      }),
      { numRuns: 60 },
    );
  });
});
