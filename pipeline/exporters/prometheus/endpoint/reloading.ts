import type { SetTimer } from '../../../timer.ts';
import type { Logger } from '../../../telemetry/logger.ts';
import { type Contents, CredentialError, type CredentialFile, read, readNow } from './credential-files.ts';

/** Credentials from files, and whatever becomes of the files later. */
export interface Reloading<T> {
  readonly current: () => T;
  /** Looks at the files from now on. */
  watch(): void;
  stop(): void;
}

export interface ReloadingOptions<T> {
  /** `certificate`: for the log. */
  readonly what: string;
  readonly files: readonly CredentialFile[];
  /** @throws CredentialError */
  readonly parse: (contents: Contents) => T;
  readonly intervalMs: number;
  readonly setTimer: SetTimer;
  readonly logger: Logger;
  /** New files were looked at; with what was wrong with them. */
  readonly reloaded: (errorType?: string) => void;
  /** What was taken over. */
  readonly changed?: (value: T) => void;
}

/** What was seen at one look: the contents, or why there were none. */
type Sight = { readonly contents: Contents } | { readonly failure: CredentialError };

function same(a: Sight, b: Sight): boolean {
  if ('failure' in a || 'failure' in b) {
    return 'failure' in a && 'failure' in b && a.failure.message === b.failure.message;
  }
  return a.contents.every((content, index) => b.contents[index]?.equals(content));
}

/**
 * Takes over what the files hold now, and what they hold later. The contents are compared, not times or inodes: that
 * holds for editors, for copies, and for the links that Kubernetes switches when it updates a secret. A look costs a read
 * of a few small files. Where the new ones are wrong, the old credentials go on, and that is said once.
 * @throws CredentialError where the files are wrong now
 */
export function createReloading<T>(options: ReloadingOptions<T>): Reloading<T> {
  const { what, files, parse, intervalMs, setTimer, logger, reloaded, changed } = options;
  const first = readNow(files);
  let last: Sight = { contents: first };
  let current = parse(first);
  let cancel: () => void = () => undefined;
  let watching = false;
  const paths = files.map(({ path }) => path);

  const refuse = (failure: CredentialError): void => {
    reloaded(failure.errorType);
    logger.warn(`the new ${what} cannot be used; the old one goes on`, { error: failure.message });
  };

  const takeOver = (contents: Contents): void => {
    try {
      const value = parse(contents);
      changed?.(value);
      current = value;
    } catch (error) {
      refuse(error instanceof CredentialError ? error : new CredentialError('invalid', String(error), error));
      return;
    }
    reloaded();
    logger.info(`took over a new ${what}`, { files: paths });
  };

  const look = async (): Promise<void> => {
    const sight: Sight = await read(files).then(
      (contents) => ({ contents }),
      (failure: CredentialError) => ({ failure }),
    );
    if (!watching || same(sight, last)) return;
    last = sight;
    if ('failure' in sight) refuse(sight.failure);
    else takeOver(sight.contents);
  };

  const lookLater = (): void => {
    cancel = setTimer(() => {
      void look().then(() => {
        if (watching) lookLater();
      });
    }, intervalMs);
  };

  return {
    current: () => current,
    watch() {
      watching = true;
      lookLater();
    },
    stop() {
      watching = false;
      cancel();
    },
  };
}
