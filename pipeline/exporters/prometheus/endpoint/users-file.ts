/** Users and the bcrypt hashes of their passwords, as in the configuration and in the files of `htpasswd -B`. */

export type Users = ReadonlyMap<string, string>;

/** bcrypt's costs double the time each; beyond 14 one verification takes seconds of a core. */
const maxCost = 14;
const hashPattern = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;

/** Work factor of a hash: 2 to this many rounds. */
const costOf = (hash: string): number => Number(hashPattern.exec(hash)?.[1] ?? NaN);

/** What is wrong with a hash, without a word of it. */
export function hashProblem(hash: string): string | undefined {
  const cost = costOf(hash);
  if (Number.isNaN(cost)) return 'expected a bcrypt hash, which begins with $2y$, $2b$ or $2a$';
  return cost >= 4 && cost <= maxCost
    ? undefined
    : `expected a bcrypt hash of cost 4 to ${maxCost} but its cost is ${cost}`;
}

// RFC 7617, section 2: the name ends at the first colon.
export function userNameProblem(name: string): string | undefined {
  return name !== '' && !name.includes(':')
    ? undefined
    : `${JSON.stringify(name)} cannot be the name of a user: expected some text without a colon`;
}

/** @throws Error that names the line and what is wrong */
export function parseUsersFile(text: string): Users {
  const users = new Map<string, string>();
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const colon = line.indexOf(':');
    if (colon < 1) throw new Error(`line ${index + 1}: expected name:hash`);
    const name = line.slice(0, colon);
    const hash = line.slice(colon + 1);
    const problem = hashProblem(hash);
    if (problem !== undefined) throw new Error(`line ${index + 1}, user ${name}: ${problem}`);
    if (users.has(name)) throw new Error(`line ${index + 1}: user ${name} is there twice`);
    users.set(name, hash);
  }
  if (users.size === 0) throw new Error('there is no user in it');
  return users;
}
