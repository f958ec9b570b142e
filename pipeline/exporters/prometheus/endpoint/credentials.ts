import type { Logger } from '../../../telemetry/logger.ts';
import type { SetTimer } from '../../../timer.ts';
import { type Authenticator, createAuthenticator, type Credentials } from './authenticator.ts';
import type { ServerAuthConfig } from './config.ts';
import { use } from './credential-files.ts';
import { type ComparePassword, createPasswordCheck } from './password-check.ts';
import { createReloading, type Reloading } from './reloading.ts';
import { parseTokensFile } from './tokens-file.ts';
import { parseUsersFile, type Users } from './users-file.ts';
import { createVerificationQueue } from './verification-queue.ts';

export interface CredentialsDependencies {
  readonly logger: Logger;
  readonly setTimer: SetTimer;
  readonly nowMs: () => number;
  readonly reloaded: (errorType?: string) => void;
}

/** Who may ask, and the files that say so. */
export interface ConfiguredCredentials {
  /** Undefined where everybody may. */
  readonly authenticator: Authenticator | undefined;
  readonly files: readonly Pick<Reloading<unknown>, 'watch' | 'stop'>[];
}

/** Loaded when the first password comes: 4 MB that nobody pays who has no passwords. */
const compareWithBcrypt: ComparePassword = async (password, hash) => {
  const { compare } = await import('bcryptjs');
  return compare(password, hash);
};

/** @throws CredentialError where a file is wrong */
export function configureCredentials(
  config: ServerAuthConfig,
  dependencies: CredentialsDependencies,
): ConfiguredCredentials {
  const watched = <T>(
    what: string,
    setting: string,
    path: string,
    parse: (text: string) => T,
  ): Reloading<T> =>
    createReloading({
      ...dependencies,
      what,
      files: [{ setting, path }],
      parse: ([content]) => use(`${setting} ${path}`, () => parse(String(content))),
      intervalMs: config.reload_interval,
    });

  const usersFile =
    config.basic_users_file === undefined
      ? undefined
      : watched('list of users', 'auth.basic_users_file', config.basic_users_file, parseUsersFile);
  const tokensFile =
    config.bearer_token_file === undefined
      ? undefined
      : watched('list of tokens', 'auth.bearer_token_file', config.bearer_token_file, parseTokensFile);

  const inline = Object.entries(config.basic_users);
  const users = (): Users => new Map([...(usersFile?.current() ?? []), ...inline]);
  const credentials: Credentials = {
    ...(tokensFile === undefined ? {} : { tokens: tokensFile.current }),
    ...(usersFile === undefined && inline.length === 0
      ? {}
      : {
          checkPassword: createPasswordCheck({
            users,
            queue: createVerificationQueue(dependencies),
            compare: compareWithBcrypt,
          }),
        }),
  };
  return {
    authenticator: Object.keys(credentials).length === 0 ? undefined : createAuthenticator(credentials),
    files: [usersFile, tokensFile].filter((file) => file !== undefined),
  };
}
