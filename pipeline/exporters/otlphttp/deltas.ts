import { hrTimeOf } from '../../../receiver/hr-time.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { createDeltaConverter, type DeltaConverter } from '../temporality/delta-converter.ts';
import { keepState, type KeptState } from '../temporality/kept-state.ts';
import {
  createStateFile,
  restoreState,
  type PayloadKeeper,
  type Restored,
} from '../temporality/state-file.ts';
import type { Temporality } from '../temporality/config.ts';

/** How far deltas are, and where that is kept. */
export interface Deltas {
  readonly converter: DeltaConverter;
  /** Undefined where it does not survive the process. */
  readonly state: KeptState | undefined;
}

export interface DeltasOptions {
  readonly temporality: Temporality;
  /** Where a state is kept beside the queue; undefined where that is in memory. */
  readonly statePath: string | undefined;
  readonly queue: PayloadKeeper;
  readonly inherited: DeltaConverter | undefined;
  /** ms since the epoch. */
  readonly nothingSentAfterMs: number;
  readonly bootId: string;
  readonly logger: Logger;
}

/**
 * Goes on with deltas where they were; undefined where totals are pushed.
 * @throws where the disk does not say where they were
 */
export async function openDeltas(options: DeltasOptions): Promise<Deltas | undefined> {
  const { temporality, statePath, queue, inherited, nothingSentAfterMs, bootId, logger } = options;
  // Of another time, should deltas be wanted again: what is pushed meanwhile is not in it.
  if (temporality === 'cumulative') {
    if (statePath !== undefined) await settle(statePath, queue, true);
    return undefined;
  }
  const restored = statePath === undefined ? nothing : await settle(statePath, queue, false);
  if (restored.setAside !== undefined) {
    logger.warn('what was kept of deltas is torn: it is set aside, and they begin anew', {
      file: restored.setAside,
    });
  }
  return {
    converter:
      inherited ??
      createDeltaConverter({ since: hrTimeOf(nothingSentAfterMs), bootId, restored: restored.state }),
    state: statePath === undefined ? undefined : keepState(createStateFile(statePath), logger),
  };
}

const nothing: Restored = { state: undefined, setAside: undefined };

async function settle(statePath: string, queue: PayloadKeeper, forget: boolean): Promise<Restored> {
  try {
    const restored = await restoreState(statePath, queue);
    if (forget) await createStateFile(statePath).forget();
    return restored;
  } catch (error) {
    throw new Error(`cannot use ${statePath}: ${(error as Error).message}`, { cause: error });
  }
}
