import { expect } from 'chai';
import { createArrivals, type Arrival } from '../../../../pipeline/exporters/sending-queue/arrivals.ts';
import { payloadOf, textOf } from './setup.ts';

const birth = { createdAtMs: 0, uptimeMs: 0, bootId: '' };

/** The requests of one reading, with these bodies. */
const arrival = (...bodies: readonly string[]): Arrival => ({
  held: false,
  records: bodies.map((body) => ({ payload: { ...payloadOf(body), id: body, createdAtMs: 0 }, birth })),
});

describe('what comes while a disk takes its time', () => {
  const setUp = (limits: { readonly maxPayloads: number; readonly maxBytes: number }) => {
    const dropped: string[] = [];
    const arrivals = createArrivals(
      { maxAgeMs: Infinity, ...limits },
      { dropped: (reason, payloads) => dropped.push(`${reason} ${payloads.length}`) },
    );
    const all = (): string[][] => {
      const taken: string[][] = [];
      for (let each = arrivals.next(); each !== undefined; each = arrivals.next())
        taken.push(each.records.map(({ payload }) => textOf(payload)));
      return taken;
    };
    return { arrivals, dropped, all };
  };

  it('is given reading by reading, in order', () => {
    const { arrivals, dropped, all } = setUp({ maxPayloads: 3, maxBytes: 6 });
    arrivals.add(arrival('aa', 'bb'));
    arrivals.add(arrival('cc'));
    expect(arrivals.requests()).to.equal(3);
    expect(all()).to.deep.equal([['aa', 'bb'], ['cc']]);
    expect(arrivals.requests()).to.equal(0);
    expect(dropped).to.deep.equal([]);
  });

  it('loses its oldest readings, each whole and counted, where there are too many requests', () => {
    const { arrivals, dropped, all } = setUp({ maxPayloads: 3, maxBytes: 100 });
    for (const reading of [arrival('a', 'b'), arrival('c'), arrival('d')]) arrivals.add(reading);
    expect(dropped).to.deep.equal(['queue_full 2']);
    expect(all()).to.deep.equal([['c'], ['d']]);
  });

  it('loses them where there are too many bytes', () => {
    const { arrivals, dropped, all } = setUp({ maxPayloads: 100, maxBytes: 6 });
    for (const reading of [arrival('aaa'), arrival('bbb'), arrival('c')]) arrivals.add(reading);
    expect(dropped).to.deep.equal(['queue_full 1']);
    expect(all()).to.deep.equal([['bbb'], ['c']]);
  });

  it('keeps the newest, however large that is', () => {
    const { arrivals, dropped, all } = setUp({ maxPayloads: 1, maxBytes: 1 });
    arrivals.add(arrival('a'));
    arrivals.add(arrival('large', 'larger'));
    expect(dropped).to.deep.equal(['queue_full 1']);
    expect(all()).to.deep.equal([['large', 'larger']]);
  });
});
