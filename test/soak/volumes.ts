import type { DeviceMode } from '../fixtures/nvme-device/devices.ts';
import { ebsDrive, type TestNode } from '../fixtures/node.ts';
import type { History } from './history.ts';
import { beginningOf, pageOf } from './volume-page.ts';

/** The volumes of the soak: what they hold, written into the history before and after it is so. */
export interface Volumes {
  readonly numbers: readonly number[];
  isAttached(volume: number): boolean;
  attach(volume: number): Promise<void>;
  detach(volume: number): Promise<void>;
  /** Completes operations. */
  work(volume: number, operations: number): Promise<void>;
  /** Counters start over in place. */
  startOver(volume: number): Promise<void>;
  /** Undefined: it works. */
  mode(volume: number, mode: DeviceMode | 'garbage' | undefined): Promise<void>;
}

interface State {
  life: number;
  reads: number;
  attached: boolean;
  garbage: boolean;
}

export function createVolumes(node: TestNode, history: History, count: number): Volumes {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const states = new Map<number, State>(
    numbers.map((number) => [number, { life: -1, reads: 0, attached: false, garbage: false }]),
  );
  const stateOf = (volume: number): State => {
    const state = states.get(volume);
    if (state === undefined) throw new Error(`there is no volume ${volume}`);
    return state;
  };
  const device = (volume: number): string => `nvme${volume}n1`;

  const serve = async (volume: number): Promise<void> => {
    const { reads, attached, garbage } = stateOf(volume);
    if (!attached) return;
    const beganMs = Date.now();
    await node.serve(volume, garbage ? { magic: 0xdeadbeef } : pageOf(volume, reads));
    history.holds(volume, reads, beganMs, Date.now());
  };
  const nextLife = (state: State): void => {
    state.life += 1;
    state.reads = beginningOf(state.life);
  };

  return {
    numbers,
    isAttached: (volume) => stateOf(volume).attached,
    async attach(volume) {
      const state = stateOf(volume);
      nextLife(state);
      state.garbage = false;
      const beganMs = Date.now();
      history.holds(volume, state.reads, beganMs, beganMs);
      await node.attach(ebsDrive(volume, pageOf(volume, state.reads)));
      state.attached = true;
      history.attached(volume, Date.now());
    },
    async detach(volume) {
      stateOf(volume).attached = false;
      history.faultEnds(volume, Date.now());
      // From here on it may be gone.
      history.detached(volume, Date.now());
      await node.detach(volume);
    },
    async work(volume, operations) {
      stateOf(volume).reads += operations;
      await serve(volume);
    },
    async startOver(volume) {
      nextLife(stateOf(volume));
      await serve(volume);
    },
    async mode(volume, mode) {
      const state = stateOf(volume);
      if (!state.attached) return;
      if (mode !== undefined) history.faultBegins(volume, Date.now());
      const wasGarbage = state.garbage;
      state.garbage = mode === 'garbage';
      await node.devices.setMode(
        device(volume),
        mode === undefined || mode === 'garbage' ? { type: 'ok' } : mode,
      );
      await node.devices.release(device(volume));
      if (state.garbage || wasGarbage) await serve(volume);
      if (mode === undefined) history.faultEnds(volume, Date.now());
    },
  };
}
