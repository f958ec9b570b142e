import type { Logger } from '../../telemetry/logger.ts';
import type { SavedState } from './saved-state.ts';
import type { StateFile } from './state-file.ts';

/** The state on disk, as far as the disk takes it: what it does not do is told to the log, and is done without. */
export interface KeptState {
  /** @returns false where deltas go on without it: what is queued need not wait to be confirmed */
  announce(state: SavedState, payloadIds: readonly string[]): Promise<boolean>;
  confirm(): Promise<void>;
}

export function keepState(file: StateFile, logger: Logger): KeptState {
  let failing = false;

  const forget = async (): Promise<boolean> => {
    try {
      await file.forget();
      return true;
    } catch {
      return false;
    }
  };

  const giveUp = async (reason: unknown): Promise<void> => {
    const isForgotten = await forget();
    if (failing) return;
    failing = true;
    logger.error('cannot keep on disk how far deltas are: they go on without', {
      error: reason,
      hint: isForgotten
        ? 'a restart before that works begins anew, and loses what is counted meanwhile: check the disk'
        : 'a restart before that works pushes again what was pushed since: check the disk',
    });
  };

  return {
    announce: async (state, payloadIds) => {
      try {
        await file.announce(state, payloadIds);
        return true;
      } catch (error) {
        await giveUp(error);
        return false;
      }
    },
    confirm: async () => {
      try {
        await file.confirm();
      } catch (error) {
        return giveUp(error);
      }
      if (failing) logger.info('how far deltas are is kept on disk again');
      failing = false;
    },
  };
}
