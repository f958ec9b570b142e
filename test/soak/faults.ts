import { setTimeout as sleep } from 'node:timers/promises';
import type { DeviceMode } from '../fixtures/nvme-device/devices.ts';
import { below, oneOf, type Random } from '../fixtures/seeded-random.ts';
import { moods, type Backend } from './backend.ts';
import type { CollectorLife } from './collector-life.ts';
import type { Volumes } from './volumes.ts';

/** What goes wrong, at random. Each fault ends what it began before it resolves. */

export interface World {
  readonly random: Random;
  readonly volumes: Volumes;
  readonly backends: readonly Backend[];
  readonly collector: CollectorLife;
}

type Fault = (world: World) => Promise<void>;

const pause = ({ random }: World, mostMs: number): Promise<void> => sleep(50 + below(random, mostMs));

const someVolume = ({ random, volumes }: World): number => {
  const attached = volumes.numbers.filter(volumes.isAttached);
  return oneOf(random, attached);
};

const drive =
  (mode: DeviceMode | 'garbage', mostMs: number): Fault =>
  async (world) => {
    const volume = someVolume(world);
    await world.volumes.mode(volume, mode);
    await pause(world, mostMs);
    await world.volumes.mode(volume, undefined);
  };

const backendTrouble: Fault = async (world) => {
  const backend = oneOf(world.random, world.backends);
  backend.mood = oneOf(
    world.random,
    moods.filter((mood) => mood !== 'takes'),
  );
  await pause(world, 3_000);
  backend.mood = 'takes';
};

type Faults = Readonly<Record<string, { readonly chances: number; readonly run: Fault }>>;

/** With how many chances each comes. */
const ofDrives: Faults = {
  'drive hangs': { chances: 4, run: drive({ type: 'hang' }, 2_500) },
  'drive fails': { chances: 2, run: drive({ type: 'errno', errno: 'EIO' }, 800) },
  'drive refuses': { chances: 2, run: drive({ type: 'status', status: 0x4109 }, 800) },
  'drive cannot be opened': { chances: 1, run: drive({ type: 'open-errno', errno: 'EACCES' }, 800) },
  'drive answers garbage': { chances: 2, run: drive('garbage', 800) },
  'counters start over': { chances: 2, run: (world) => world.volumes.startOver(someVolume(world)) },
  'volume goes and comes': {
    chances: 3,
    run: async (world) => {
      const volume = someVolume(world);
      // One stays: a node without volumes pushes nothing that the ledger could count.
      if (volume === 1) return;
      await world.volumes.detach(volume);
      await pause(world, 2_000);
      await world.volumes.attach(volume);
    },
  },
  'volume goes in the middle of a command': {
    chances: 2,
    run: async (world) => {
      const volume = someVolume(world);
      if (volume === 1) return;
      await world.volumes.mode(volume, { type: 'hang' });
      await pause(world, 600);
      await world.volumes.detach(volume);
      await pause(world, 300);
      await world.volumes.attach(volume);
    },
  },
};

const ofTheRest: Faults = {
  'backend in trouble': { chances: 10, run: backendTrouble },
  reload: {
    chances: 1,
    run: ({ collector }) => collector.reload(),
  },
  restart: {
    chances: 1,
    run: async ({ collector }) => {
      await collector.stop();
      await collector.start();
    },
  },
  'kill -9': {
    chances: 2,
    run: async (world) => {
      await world.collector.kill();
      await pause(world, 1_000);
      await world.collector.start();
    },
  },
};

/** Both kinds happen at the same time, and none in the middle of another of its kind. */
export const kindsOfFaults = [ofDrives, ofTheRest] as const;

export function chooseFault(random: Random, kind: Faults): string {
  return oneOf(
    random,
    Object.entries(kind).flatMap(([name, { chances }]) => Array<string>(chances).fill(name)),
  );
}
