import { expect } from 'chai';
import type { Account, Delivery, Scrape, Told } from './account.ts';
import { createHistory } from './history.ts';
import { createLedger } from './ledger.ts';
import { accountOfPages } from './pages.ts';
import { beginningOf, roseBy, saidBy } from './volume-page.ts';

/** A run without a fault, step by step; and what the ledger says where one is put into it. */

const startMs = Date.UTC(2026, 0, 1);
const steps = 10;
const stepMs = 1_700;
/** After what a drive holds has changed. */
const readAfterMs = 1_600;
const volumes = [1, 2];

/** Reads of a volume in each step; volume 2 starts over in step 5. */
function readsAt(volume: number, step: number): number {
  const life = volume === 2 && step >= 5 ? 1 : 0;
  return beginningOf(life) + volume + step * 10;
}

function history() {
  const made = createHistory();
  made.collectorDisturbed(startMs - 60_000);
  for (const volume of volumes) {
    made.attached(volume, startMs - 60_000);
    for (let step = 0; step < steps; step++) {
      const atMs = startMs + step * stepMs;
      made.holds(volume, readsAt(volume, step), atMs - 1, atMs);
    }
  }
  return made;
}

function totalsAt(step: number): ReadonlyMap<number, Told> {
  return new Map(
    volumes.map((volume) => {
      const reads = readsAt(volume, step);
      return [volume, { up: true, gauge: reads, said: saidBy(volume, reads) }];
    }),
  );
}

function differencesAt(step: number): ReadonlyMap<number, Told> {
  return new Map(
    volumes.map((volume) => {
      const reads = readsAt(volume, step);
      const isNew = volume === 2 && step === 5;
      const rise = step === 0 ? 0 : reads - readsAt(volume, step - 1);
      const said = roseBy(volume, isNew ? reads : rise, isNew);
      return [volume, { up: true, gauge: reads, said }];
    }),
  );
}

const deliveriesOf = (at: (step: number) => ReadonlyMap<number, Told>): Delivery[] =>
  Array.from({ length: steps }, (_, step) => ({
    askedMs: startMs + step * stepMs + readAfterMs + 500,
    answeredMs: startMs + step * stepMs + readAfterMs + 510,
    fingerprint: `request ${step}`,
    reading: { atMs: startMs + step * stepMs + readAfterMs, volumes: at(step) },
  }));

const counts = ({ lost, duplicated, wrong }: Account) => ({
  lost: lost.length,
  duplicated: duplicated.length,
  wrong: wrong.length,
});
const balanced = { lost: 0, duplicated: 0, wrong: 0 };

describe('the ledger of the soak', () => {
  const ledger = createLedger(history(), []);
  const pages = (all: readonly Scrape[]): Account => accountOfPages(history(), all);
  const totals = deliveriesOf(totalsAt);
  const differences = deliveriesOf(differencesAt);
  const scrapes: readonly Scrape[] = Array.from({ length: steps }, (_, step) => ({
    beganMs: startMs + step * stepMs + readAfterMs,
    endedMs: startMs + step * stepMs + readAfterMs + 100,
    volumes: totalsAt(step),
  }));
  const without = <T>(list: readonly T[], index: number) => list.toSpliced(index, 1);

  /** The same deliveries, with one of them changed. */
  const changed = (list: readonly Delivery[], index: number, change: (map: Map<number, Told>) => void) =>
    list.map((delivery, position) => {
      if (position !== index) return delivery;
      const map = new Map(delivery.reading.volumes);
      change(map);
      return { ...delivery, reading: { ...delivery.reading, volumes: map } };
    });
  const more = (told: Told | undefined): Told => {
    if (told?.up !== true) throw new Error('the volume is not up');
    return { ...told, said: { ...told.said, reads: told.said.reads + 1 } };
  };

  it('balances a run that is right', () => {
    expect(counts(ledger.totals('a', totals, differences))).to.deep.equal(balanced);
    expect(counts(ledger.differences('b', differences, totals))).to.deep.equal(balanced);
    expect(counts(pages(scrapes))).to.deep.equal(balanced);
  });

  it('sees a request that did not arrive, in either stream', () => {
    for (let index = 1; index < steps; index++) {
      expect(counts(ledger.totals('a', without(totals, index), differences))).to.deep.equal({
        ...balanced,
        lost: 1,
      });
      const { lost } = ledger.differences('b', without(differences, index), totals);
      expect(lost).to.not.deep.equal([]);
    }
    // By its sum alone, where the other stream lacks it as well.
    expect(ledger.differences('b', without(differences, 3), without(totals, 3)).lost).to.not.deep.equal([]);
  });

  it('sees that nothing was read at all, in neither stream', () => {
    const fewer = (list: readonly Delivery[]) => list.toSpliced(4, 2);
    expect(ledger.totals('a', fewer(totals), fewer(totals)).lost).to.have.length(1);
    const disturbed = history();
    disturbed.collectorDisturbed(totals[4]!.reading.atMs);
    const excused = createLedger(disturbed, []).totals('a', fewer(totals), fewer(totals));
    expect(counts(excused)).to.deep.equal(balanced);
  });

  it('gives an exporter that says it left out readings the time of those', () => {
    const fewer = (list: readonly Delivery[]) => list.toSpliced(4, 2);
    const { atMs } = totals[4]!.reading;
    const lostWith = (count: number) => {
      const skipping = history();
      skipping.skipped('a', count, atMs - 100, atMs + 100);
      return createLedger(skipping, []).totals('a', fewer(totals), fewer(totals)).lost.length;
    };
    expect([0, 3, 4].map(lostWith)).to.deep.equal([1, 1, 0]);
  });

  it('takes two readings of one moment for one each, where a volume came or went between them', () => {
    const at = totals[3]!.reading.atMs;
    const readingAt = (list: readonly Delivery[], atMs: number, gone: readonly number[]) =>
      changed(list, 3, (map) => gone.forEach((volume) => map.delete(volume))).map((delivery, index) =>
        index === 3 ? { ...delivery, reading: { ...delivery.reading, atMs } } : delivery,
      );
    const lostOf = (others: readonly Delivery[]) => ledger.totals('a', totals, others).lost;
    expect(lostOf(readingAt(differences, at + 13, [2]))).to.deep.equal([]);
    expect(lostOf(readingAt(differences, at + 13, []))).to.have.length(1);
    expect(lostOf(readingAt(differences, at + 300, [2]))).to.have.length(1);
  });

  it('says nothing of times where the machine stood still, and of numbers what it says of them anywhere', () => {
    const { askedMs, answeredMs, reading } = totals[4]!;
    const still = history();
    still.stalled(reading.atMs - 500, reading.atMs);
    const account = createLedger(still, []);
    const again = totals.toSpliced(5, 0, {
      ...totals[4]!,
      askedMs: askedMs + 2_600,
      answeredMs: answeredMs + 2_600,
    });
    expect(counts(account.totals('a', again, differences))).to.deep.equal(balanced);
    expect(counts(account.totals('a', without(totals, 4), differences))).to.deep.equal(balanced);
    // What rose in between is missing from the sum.
    expect(account.differences('b', without(differences, 4), totals).lost).to.not.deep.equal([]);
    expect(
      account.totals(
        'a',
        changed(totals, 4, (map) => map.set(1, more(map.get(1)))),
        differences,
      ).wrong,
    ).to.have.length(1);
    expect(counts(account.totals('a', without(totals, 7), differences))).to.deep.equal({
      ...balanced,
      lost: 1,
    });
    expect(still.stalledMs()).to.equal(2_500);
  });

  it('does not count as due what was read when the collector ended, and everything else', () => {
    const { atMs } = totals[3]!.reading;
    const ended = history();
    ended.collectorLeaves(atMs + 100);
    ended.collectorIsBack(atMs + 150);
    const { due, lost } = createLedger(ended, []).totals('a', without(totals, 3), totals);
    expect({ due, lost }).to.deep.equal({ due: steps - 1, lost: [] });
    expect(ledger.totals('a', totals, totals).due).to.equal(steps);
  });

  it('does not count as due what was being read when an exporter came back', () => {
    const { atMs } = totals[3]!.reading;
    const reloaded = history();
    reloaded.collectorLeaves(atMs - 650);
    reloaded.collectorIsBack(atMs - 600);
    const account = createLedger(reloaded, []);
    expect(account.totals('a', without(totals, 3), totals)).to.deep.include({ due: steps - 1, lost: [] });
    expect(account.totals('a', without(totals, 4), totals).lost).to.have.length(1);
  });

  it('does not count as due what an exporter says that it left out, and only there', () => {
    const { atMs } = totals[3]!.reading;
    const skipping = history();
    skipping.skipped('a', 1, atMs - 500, atMs + 100);
    const account = createLedger(skipping, []);
    expect(account.totals('a', without(totals, 3), totals)).to.deep.include({ due: steps - 1, lost: [] });
    expect(account.totals('b', without(totals, 3), totals).lost).to.have.length(1);
  });

  it('takes what an exporter left out for one reading each', () => {
    const [first, second] = [totals[3]!.reading.atMs, totals[5]!.reading.atMs];
    const fewer = without(without(totals, 5), 3);
    const leavingOut = (count: number) => {
      const skipping = history();
      skipping.skipped('a', count, first - 500, second + 100);
      return createLedger(skipping, []).totals('a', fewer, totals).lost;
    };
    expect(leavingOut(1)).to.deep.equal([`the reading of ${new Date(second).toISOString()} did not arrive`]);
    expect(leavingOut(2)).to.deep.equal([]);
  });

  it('sees a request that arrived twice, or out of order', () => {
    const twice = totals.toSpliced(4, 0, { ...totals[3]!, answeredMs: totals[3]!.answeredMs + 50 });
    expect(counts(ledger.totals('a', twice, differences))).to.deep.equal({ ...balanced, duplicated: 1 });
    const rewritten = differences.toSpliced(4, 0, { ...differences[3]!, fingerprint: 'another' });
    expect(counts(ledger.differences('b', rewritten, totals)).duplicated).to.equal(1);
    const swapped = [...totals.slice(0, 3), totals[4]!, totals[3]!, ...totals.slice(5)];
    expect(ledger.totals('a', swapped, differences).duplicated).to.have.length(1);
  });

  it('excuses the one that a kill left nobody to know of, and does not count it twice', () => {
    const { askedMs, answeredMs } = totals[3]!;
    const again = totals.toSpliced(4, 0, {
      ...totals[3]!,
      askedMs: askedMs + 5_000,
      answeredMs: answeredMs + 5_000,
    });
    const killed = createLedger(history(), [answeredMs + 100]);
    const excused = killed.totals('a', again, differences);
    expect(counts(excused)).to.deep.equal(balanced);
    expect(excused.repeated).to.equal(1);
    const before = createLedger(history(), [askedMs - 600]);
    expect(counts(before.totals('a', again, differences))).to.deep.equal({ ...balanced, duplicated: 1 });
    const late = again.with(3, { ...again[3]!, answeredMs: askedMs + 1_900 });
    expect(ledger.totals('a', late, differences)).to.deep.include({ repeated: 1, duplicated: [] });
  });

  it('sees a number that is off by one', () => {
    const wrong = (list: readonly Delivery[]) => changed(list, 6, (map) => map.set(1, more(map.get(1))));
    expect(counts(ledger.totals('a', wrong(totals), differences))).to.deep.equal({ ...balanced, wrong: 1 });
    expect(counts(ledger.differences('b', wrong(differences), totals))).to.deep.equal({
      ...balanced,
      wrong: 1,
    });
    const page = scrapes.with(2, {
      ...scrapes[2]!,
      volumes: new Map([...totalsAt(2)].map(([volume, told]) => [volume, more(told)])),
    });
    expect(counts(pages(page))).to.deep.equal({ ...balanced, wrong: 2 });
  });

  it("sees numbers of one volume under another's name", () => {
    const swap = (map: Map<number, Told>): void => {
      const [one, two] = [map.get(1)!, map.get(2)!];
      map.set(1, two).set(2, one);
    };
    expect(ledger.totals('a', changed(totals, 2, swap), differences).wrong).to.not.deep.equal([]);
    expect(ledger.differences('b', changed(differences, 7, swap), totals).wrong).to.not.deep.equal([]);
  });

  it('sees what a drive held before, and does not any more', () => {
    const stale = (index: number) => changed(totals, index, (map) => map.set(1, totalsAt(index - 1).get(1)!));
    expect(counts(ledger.totals('a', stale(6), differences))).to.deep.equal({ ...balanced, wrong: 1 });
    const page = scrapes.with(6, { ...scrapes[6]!, volumes: totalsAt(5) });
    expect(counts(pages(page))).to.deep.equal({ ...balanced, wrong: 2 });
  });

  it('sees a life that was counted as if it went on, and one that was counted twice', () => {
    const wentOn = changed(differences, 5, (map) =>
      map.set(2, { ...(map.get(2) as Told & { up: true }), said: roseBy(2, 0, false) }),
    );
    expect(counts(ledger.differences('b', wentOn, totals))).to.deep.equal({ ...balanced, lost: 1 });
    const twice = changed(differences, 6, (map) => {
      const { gauge } = map.get(2) as Told & { up: true };
      map.set(2, { up: true, gauge, said: roseBy(2, gauge, true) });
    });
    expect(counts(ledger.differences('b', twice, totals))).to.deep.equal({ ...balanced, wrong: 1 });
  });

  it('sees a volume that is missing from a page, or unreadable without a reason, or there though it was detached', () => {
    const { wrong: _wrong, ...whole } = counts(
      pages([{ ...scrapes[1]!, volumes: new Map([...totalsAt(1)].slice(0, 1)) }]),
    );
    expect(whole).to.deep.equal({ lost: 1, duplicated: 0 });
    const down = new Map<number, Told>([...totalsAt(1), [2, { up: false }]]);
    expect(counts(pages([{ ...scrapes[1]!, volumes: down }]))).to.deep.equal({ ...balanced, lost: 1 });
    const faulty = history();
    faulty.faultBegins(2, scrapes[1]!.beganMs - 1_000);
    expect(counts(accountOfPages(faulty, [{ ...scrapes[1]!, volumes: down }]))).to.deep.equal(balanced);
    const gone = history();
    gone.detached(2, scrapes[1]!.beganMs - 1_000);
    expect(counts(accountOfPages(gone, [scrapes[1]!]))).to.deep.equal({ ...balanced, wrong: 1 });
  });
});
