import type { Logger } from '../../telemetry/logger.ts';
import { explain } from './directory.ts';
import type { DropReport } from './drop-report.ts';
import { errnoOf } from './file-system.ts';

/** Tells the log once that the disk does not do what it is asked, and once that it works again. */
export interface DiskTrouble {
  cannotWrite(error: unknown): void;
  cannotRemove(error: unknown): void;
  cannotRead(error: unknown): void;
  wrote(): void;
}

/**
 * So many in a row must have gone well until it is over. A disk that is full takes one now and then: without this, the
 * log would have a line for each.
 */
const calmWrites = 10;

export function createDiskTrouble(
  logger: Logger,
  directory: string | undefined,
  drops: Pick<DropReport, 'over'>,
): DiskTrouble {
  const told = new Set<string>();
  let writesSince = 0;
  const tell = (what: string, error: unknown, consequence: string): void => {
    writesSince = 0;
    if (told.has(what)) return;
    told.add(what);
    const errno = errnoOf(error);
    logger.error(`cannot ${what} the queue on disk: ${explain(errno)}`, {
      directory,
      'error.type': errno,
      hint: consequence,
    });
  };
  return {
    cannotWrite: (error) =>
      tell(
        'write to',
        error,
        'requests are kept in memory where the disk does not take them: check the disk',
      ),
    cannotRemove: (error) =>
      tell('remove from', error, 'a restart before that works sends again what was sent: check the disk'),
    cannotRead: (error) => tell('read from', error, 'it is tried again'),
    wrote: () => {
      writesSince++;
      if (writesSince < calmWrites) return;
      drops.over('disk_full');
      if (told.size > 0) logger.info('the queue on disk works again', { directory });
      told.clear();
    },
  };
}
