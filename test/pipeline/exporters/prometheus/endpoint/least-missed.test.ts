import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { expect } from 'chai';
import {
  type Connection,
  leastMissed,
} from '../../../../../pipeline/exporters/prometheus/endpoint/least-missed.ts';

const nowMs = 1e6;

/** Only who it belongs to, whose turn it is and for how long matters. */
function connection(
  group: string,
  turn: 'opening' | 'taking' | 'idle' | 'working',
  { waitingMs = 5_000, heard = true } = {},
): Connection {
  const answers = turn === 'taking' || turn === 'working' ? [{ writableEnded: turn === 'taking' }] : [];
  return {
    socket: new EventEmitter() as Socket,
    ends: '',
    group,
    open: new Map(answers.map((answer) => [answer as ServerResponse, undefined])),
    served: turn === 'idle' ? 1 : 0,
    heard,
    waitingSinceMs: nowMs - waitingMs,
    outdated: false,
  };
}

const indexOfLoser = (...connections: readonly Connection[]): number | undefined => {
  const loser = leastMissed(connections, nowMs);
  return loser && connections.indexOf(loser);
};

describe('which connection goes', () => {
  it('is one that asked nothing, of those who have the most', () => {
    const crowd = (['idle', 'taking', 'opening', 'opening'] as const).map((turn) =>
      connection('crowd', turn),
    );
    expect(indexOfLoser(connection('scraper', 'opening'), ...crowd)).to.equal(3);
  });

  it('is one that does not take its answer before one that may ask again', () => {
    expect(
      indexOfLoser(connection('a', 'idle'), connection('a', 'taking'), connection('a', 'working')),
    ).to.equal(1);
    expect(indexOfLoser(connection('a', 'idle'), connection('a', 'working'))).to.equal(0);
  });

  it('is the one that has kept the server waiting the longest, and not the one that has been there the longest', () => {
    for (const turn of ['opening', 'taking', 'idle'] as const) {
      const waiting = [2_000, 4_000, 3_000].map((waitingMs) => connection('a', turn, { waitingMs }));
      expect(indexOfLoser(...waiting), turn).to.equal(1);
    }
  });

  it('is none that may have asked already, nor one that began to take its answer just now', () => {
    const asked = connection('a', 'opening', { heard: false });
    const young = connection('a', 'opening', { waitingMs: 10 });
    const taking = connection('a', 'taking', { waitingMs: 500 });
    expect(indexOfLoser(asked, young, taking, connection('a', 'idle'))).to.equal(3);
    expect(indexOfLoser(asked, young, taking, connection('a', 'opening'))).to.equal(3);
  });

  it('is the last of the crowd where all of it came just now, and none of somebody else', () => {
    const young = { waitingMs: 1, heard: false };
    const rush = [1, 2, 3].map(() => connection('a', 'opening', young));
    expect(indexOfLoser(connection('b', 'idle'), ...rush)).to.equal(3);
    expect(indexOfLoser(...rush, connection('b', 'opening', young))).to.equal(2);
  });

  it('is one of somebody else where the crowd is all being worked on', () => {
    expect(
      indexOfLoser(connection('a', 'working'), connection('a', 'working'), connection('b', 'idle')),
    ).to.equal(2);
  });

  it('is none where all are being worked on', () => {
    expect(leastMissed([connection('a', 'working'), connection('b', 'working')], nowMs)).to.equal(undefined);
  });
});
