import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { addressGroup } from './address-group.ts';
import type { Refusal } from './endpoint-metrics.ts';

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
  /** It was made under a certificate or an authority that no longer holds. */
  outdated: boolean;
}

export interface ConnectionLimits {
  readonly maxConnections: number;
  /** How long a client may take to take in an answer. */
  readonly writeTimeoutMs: number;
}

/** Requests that one connection may have sent ahead. Scrapers wait for an answer before they ask again. */
const maxPipelined = 8;

/** Whose turn it is: in all but `working` the server waits for the client. */
type Turn = 'opening' | 'taking' | 'idle' | 'working';

function turnOf({ open, served }: Connection): Turn {
  if (open.size > 0)
    return [...open.keys()].every((response) => response.writableEnded) ? 'taking' : 'working';
  return served > 0 ? 'idle' : 'opening';
}

/**
 * Which connection goes when there are too many: of those who have the most, the one that has kept the server waiting the
 * longest; first who never asked anything, then who does not take the answer, then who may ask again. A scraper asks as
 * soon as it is connected, so it is never the one.
 * @param connections oldest first; undefined where the server works on all of them
 */
export function leastMissed(connections: readonly Connection[]): Connection | undefined {
  const held = new Map<string, number>();
  for (const { group } of connections) held.set(group, (held.get(group) ?? 0) + 1);
  const byCrowd = [...held].toSorted(([, a], [, b]) => b - a).map(([group]) => group);
  for (const crowd of byCrowd) {
    const theirs = connections.filter(({ group }) => group === crowd);
    for (const turn of ['opening', 'taking', 'idle'] as const) {
      const found = theirs.find((connection) => turnOf(connection) === turn);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The connections of a server. */
export interface Connections {
  opened(socket: Socket): void;
  /** A request came in; false where its connection was ended for it. */
  asked(request: IncomingMessage, response: ServerResponse): boolean;
  /** Its answer is on the way: from now on the client is waited for. */
  answered(response: ServerResponse): void;
  of(socket: Socket): Connection | undefined;
  /** Ends those on which nothing was ever asked. */
  endSilent(): void;
  /** Each asks again by a new connection. */
  outdate(): void;
}

/**
 * Of a connection by TLS there are two sockets: their ends are the same. Both count: a client may have one port for two
 * connections, to two addresses of this machine.
 */
const endsOf = ({ remoteAddress, remotePort, localAddress }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localAddress}`;

export function createConnections(
  { maxConnections, writeTimeoutMs }: ConnectionLimits,
  refused: (why: Refusal) => void,
): Connections {
  const byEnds = new Map<string, Connection>();
  const of = (socket: Socket): Connection | undefined => byEnds.get(endsOf(socket));

  return {
    of,
    opened(socket) {
      const { remoteAddress } = socket;
      if (remoteAddress === undefined) {
        socket.destroy();
        return;
      }
      const ends = endsOf(socket);
      const connection: Connection = {
        socket,
        ends,
        group: addressGroup(remoteAddress),
        open: new Map(),
        served: 0,
        outdated: false,
      };
      byEnds.set(ends, connection);
      socket.once('close', () => {
        if (byEnds.get(ends) === connection) byEnds.delete(ends);
        // Answers that waited behind another are not told that they never will be sent. A timer would keep each, and with
        // it every request that was sent ahead: megabytes a connection.
        connection.open.forEach((deadline) => clearTimeout(deadline));
        connection.open.clear();
      });
      if (byEnds.size <= maxConnections) return;
      const loser = leastMissed([...byEnds.values()]) ?? connection;
      byEnds.delete(loser.ends);
      loser.socket.destroy();
      refused('connections');
    },
    asked(request, response) {
      const connection = of(request.socket);
      if (connection === undefined || connection.open.size >= maxPipelined) {
        request.socket.destroy();
        return false;
      }
      if (connection.outdated) response.setHeader('Connection', 'close');
      connection.open.set(response, undefined);
      response.once('close', () => {
        clearTimeout(connection.open.get(response));
        connection.open.delete(response);
        if (response.writableFinished) connection.served += 1;
      });
      return true;
    },
    answered(response) {
      const connection = of(response.req.socket);
      if (connection?.open.has(response) !== true) return;
      const deadline = setTimeout(() => {
        refused('slow');
        response.req.socket.destroy();
      }, writeTimeoutMs);
      connection.open.set(response, deadline);
    },
    endSilent: () =>
      byEnds.forEach((connection) => {
        if (turnOf(connection) === 'opening') connection.socket.destroy();
      }),
    outdate: () => byEnds.forEach((connection) => (connection.outdated = true)),
  };
}
