/** How many requests may be worked on at once, and who has to go when there are more. */

export interface Claim {
  /** Who asks, as far as fairness goes. */
  readonly group: string;
  /** It comes by a connection on which requests were answered before, as a scraper's does. */
  readonly regular: boolean;
}

export interface Lease {
  readonly end: () => void;
  /** Settles where somebody else needs the place more. */
  readonly displaced: Promise<void>;
}

export interface Admission {
  /** Undefined where there is no place. */
  enter(claim: Claim): Lease | undefined;
}

/**
 * Whose place is given up: of those who hold the most, the newest, and one of a new connection before one of a regular.
 * So a crowd from one address pays for itself, and in a crowd the scraper that was there before goes last.
 * @param claims oldest first, the newcomer last
 */
export function leastDeserving<T extends Claim>(claims: readonly T[]): T | undefined {
  const held = new Map<string, number>();
  for (const { group } of claims) held.set(group, (held.get(group) ?? 0) + 1);
  const most = Math.max(...held.values());
  const crowd = claims.filter(({ group }) => held.get(group) === most);
  return crowd.findLast(({ regular }) => !regular) ?? crowd.at(-1);
}

export function createAdmission(maxInFlight: number): Admission {
  const held = new Set<Claim & { readonly displace: () => void }>();
  return {
    enter(claim) {
      let displace: () => void = () => undefined;
      const displaced = new Promise<void>((resolve) => (displace = resolve));
      const place = { ...claim, displace };
      if (held.size >= maxInFlight) {
        const loser = leastDeserving([...held, place]);
        if (loser === undefined || loser === place) return undefined;
        held.delete(loser);
        loser.displace();
      }
      held.add(place);
      return { end: () => void held.delete(place), displaced };
    },
  };
}
