import { crypto } from '../../../node-modules.ts';
import type { Users } from './users-file.ts';
import type { VerificationQueue } from './verification-queue.ts';

/** Whether a password and a bcrypt hash belong together. */
export type ComparePassword = (password: string, hash: string) => Promise<boolean>;

export type PasswordOutcome = 'right' | 'wrong' | 'too_many_attempts';

export interface PasswordCheckOptions {
  readonly users: () => Users;
  readonly queue: VerificationQueue;
  readonly compare: ComparePassword;
}

/** bcrypt looks at no more, so that more would be other passwords for the same user. */
const maxPasswordBytes = 72;
/** One for each user that scrapes is enough. */
const maxRemembered = 64;

/**
 * Checks passwords. One that was right is remembered, under a key of this process and together with the hash it was right
 * for: a scrape then costs microseconds, not the tenth of a second that bcrypt takes, and a new hash makes it forgotten.
 */
export function createPasswordCheck({
  users,
  queue,
  compare,
}: PasswordCheckOptions): (name: string, password: string, group: string) => Promise<PasswordOutcome> {
  const key = crypto().randomBytes(32);
  const remembered = new Set<string>();

  const keyed = (text: string): Buffer => crypto().createHmac('sha256', key).update(text).digest();
  /**
   * What an unknown user's password is compared with: somebody's, for one name always the same. Where hashes differ in what
   * they cost, so do names that there are not, and time tells nothing.
   */
  const hashOfStranger = (name: string, known: Users): string | undefined =>
    [...known.values()][keyed(name).readUInt32BE() % known.size];

  const remember = (fingerprint: string): void => {
    const [oldest] = remembered;
    if (remembered.size >= maxRemembered && oldest !== undefined) remembered.delete(oldest);
    remembered.add(fingerprint);
  };

  return async (name, password, group) => {
    const known = users();
    const own = known.get(name);
    const hash = own ?? hashOfStranger(name, known);
    if (hash === undefined || Buffer.byteLength(password) > maxPasswordBytes) return 'wrong';
    const fingerprint = keyed(`${hash}\0${name}\0${password}`).toString('base64');
    if (own !== undefined && remembered.has(fingerprint)) return 'right';
    const verified = queue.verify(group, async () => (await compare(password, hash)) && own !== undefined);
    if (verified === undefined) return 'too_many_attempts';
    if (!(await verified)) return 'wrong';
    remember(fingerprint);
    return 'right';
  };
}
