import type { PasswordOutcome } from './password-check.ts';
import { isToken, type TokenDigests } from './tokens-file.ts';

export type AuthenticationOutcome = 'accepted' | 'unauthorized' | 'too_many_attempts';

/** What lets somebody in; what is absent lets nobody in. */
export interface Credentials {
  readonly tokens?: () => TokenDigests;
  readonly checkPassword?: (name: string, password: string, group: string) => Promise<PasswordOutcome>;
}

export interface Authenticator {
  /**
   * @param authorization the request's header
   * @param group who asks, as far as fairness goes
   */
  authenticate(authorization: string | undefined, group: string): Promise<AuthenticationOutcome>;
  /** For `WWW-Authenticate`. */
  readonly challenges: readonly string[];
}

const realm = 'realm="ebs-nvme-collector"';
// RFC 9110, section 11.4: the scheme in any case, then spaces.
const headerPattern = /^(basic|bearer) +(\S+) *$/i;
const base64Pattern = /^[A-Za-z0-9+/]+={0,2}$/;

/** RFC 7617: base64 of `name:password`, in UTF-8. */
function nameAndPassword(encoded: string): readonly [string, string] | undefined {
  if (!base64Pattern.test(encoded)) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  // bcrypt ends at NUL.
  return colon < 0 || text.includes('\0') ? undefined : [text.slice(0, colon), text.slice(colon + 1)];
}

export function createAuthenticator({ tokens, checkPassword }: Credentials): Authenticator {
  return {
    challenges: [
      ...(checkPassword === undefined ? [] : [`Basic ${realm}, charset="UTF-8"`]),
      ...(tokens === undefined ? [] : [`Bearer ${realm}`]),
    ],
    async authenticate(authorization, group) {
      const [, scheme = '', given = ''] = headerPattern.exec(authorization ?? '') ?? [];
      if (scheme.toLowerCase() === 'bearer') {
        return tokens !== undefined && isToken(tokens(), given) ? 'accepted' : 'unauthorized';
      }
      const pair = scheme === '' ? undefined : nameAndPassword(given);
      if (pair === undefined || checkPassword === undefined) return 'unauthorized';
      const outcome = await checkPassword(...pair, group);
      if (outcome === 'too_many_attempts') return outcome;
      return outcome === 'right' ? 'accepted' : 'unauthorized';
    },
  };
}
