import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What is known of a connection. */
export interface Connection {
  readonly socket: Socket;
  /** What tells it from others; a socket that is closing does not know it any more. */
  readonly ends: string;
  /** Who is behind it, as far as fairness goes. */
  readonly group: string;
  /** Answers that are not yet taken in, and the end of the time for that. */
  readonly open: Map<ServerResponse, NodeJS.Timeout | undefined>;
  /** Answers that were taken in as a whole. */
  served: number;
  /** What it asked as soon as it was connected, if anything, was read by now. */
  heard: boolean;
  /** When the server began to wait for the client: to ask, to take the answer in, to ask again. On the monotonic clock. */
  waitingSinceMs: number;
  /** It was made under a certificate or an authority that no longer holds. */
  outdated: boolean;
}

/** Whose turn it is: in all but `working` the server waits for the client. */
type Turn = 'opening' | 'taking' | 'idle' | 'working';

export function turnOf({ open, served }: Connection): Turn {
  if (open.size > 0)
    return [...open.keys()].every((response) => response.writableEnded) ? 'taking' : 'working';
  return served > 0 ? 'idle' : 'opening';
}

/** In this order they go, once the server has waited for so long, ms: for a handshake, for a long page, for nothing. */
const patience = [
  ['opening', 25],
  ['taking', 1_000],
  ['idle', 0],
] as const satisfies readonly (readonly [Turn, number])[];

/** The one that has kept the server waiting the longest, of those that began to by then. */
function slowest(connections: readonly Connection[], byMs: number): Connection | undefined {
  let found: Connection | undefined;
  for (const connection of connections) {
    const { heard, waitingSinceMs } = connection;
    if (heard && waitingSinceMs <= byMs && waitingSinceMs < (found?.waitingSinceMs ?? Infinity))
      found = connection;
  }
  return found;
}

/**
 * Which connection goes when there are too many: of those who have the most, the one that has kept the server waiting the
 * longest; first who never asked anything, then who does not take the answer, then who may ask again. Where all of them came
 * just now the last one goes.
 * @param connections oldest first; undefined where the server works on all of them
 */
export function leastMissed(connections: readonly Connection[], nowMs: number): Connection | undefined {
  const held = new Map<string, number>();
  for (const { group } of connections) held.set(group, (held.get(group) ?? 0) + 1);
  const byCrowd = [...held].toSorted(([, a], [, b]) => b - a).map(([group]) => group);
  for (const crowd of byCrowd) {
    const theirs = connections.filter(({ group }) => group === crowd);
    for (const [turn, patienceMs] of patience) {
      const found = slowest(
        theirs.filter((connection) => turnOf(connection) === turn),
        nowMs - patienceMs,
      );
      if (found !== undefined) return found;
    }
    const last = theirs.findLast((connection) => turnOf(connection) !== 'working');
    if (last !== undefined) return last;
  }
  return undefined;
}
