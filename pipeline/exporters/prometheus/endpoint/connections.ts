import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { addressGroup } from './address-group.ts';
import type { Refusal } from './endpoint-metrics.ts';
import { type Connection, leastMissed, turnOf } from './least-missed.ts';

export interface ConnectionLimits {
  readonly maxConnections: number;
  /** How long a client may take to take in an answer. */
  readonly writeTimeoutMs: number;
}

/** Requests that one connection may have sent ahead. Scrapers wait for an answer before they ask again. */
const maxPipelined = 8;

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
        heard: false,
        waitingSinceMs: performance.now(),
        outdated: false,
      };
      byEnds.set(ends, connection);
      // It is read in the next turn of the loop, perhaps after others were taken in.
      setImmediate(() => setImmediate(() => (connection.heard = true)));
      socket.once('close', () => {
        if (byEnds.get(ends) === connection) byEnds.delete(ends);
        // Answers that waited behind another are not told that they never will be sent. A timer would keep each, and with
        // it every request that was sent ahead: megabytes a connection.
        connection.open.forEach((deadline) => clearTimeout(deadline));
        connection.open.clear();
      });
      if (byEnds.size <= maxConnections) return;
      const loser = leastMissed([...byEnds.values()], performance.now()) ?? connection;
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
        connection.waitingSinceMs = performance.now();
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
      connection.waitingSinceMs = performance.now();
    },
    endSilent: () =>
      byEnds.forEach((connection) => {
        if (turnOf(connection) === 'opening') connection.socket.destroy();
      }),
    outdate: () => byEnds.forEach((connection) => (connection.outdated = true)),
  };
}
