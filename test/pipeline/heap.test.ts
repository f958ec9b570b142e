import { expect } from 'chai';
import { createHeapTrimmer } from '../../pipeline/heap.ts';

const mebibyte = 1024 * 1024;

/** A heap whose collector leaves what is in use. */
function heap(inUseMebibytes: number) {
  const due: (() => void)[] = [];
  const state = { inUse: inUseMebibytes, garbage: 0, collections: 0, thorough: 0 };
  const collected = createHeapTrimmer({
    usedBytes: () => (state.inUse + state.garbage) * mebibyte,
    collectGarbage: (thoroughly) => {
      state.garbage = 0;
      state.collections += 1;
      state.thorough += thoroughly ? 1 : 0;
    },
    setTimer: (run) => {
      due.push(run);
      return () => undefined;
    },
  });
  return {
    state,
    due,
    /** A collection that left so much behind, and the time after it. */
    collect(garbageMebibytes: number) {
      state.garbage += garbageMebibytes;
      collected();
      for (const run of due.splice(0)) run();
    },
    collected,
  };
}

describe('the heap', () => {
  it('is cleaned once there is a little garbage', () => {
    const { state, collect } = heap(6);
    collect(0);
    expect(state.collections).to.equal(1);
    collect(1);
    expect(state.collections).to.equal(1);
    collect(0.5);
    expect(state).to.deep.equal({ inUse: 6, garbage: 0, collections: 2, thorough: 2 });
  });

  it('may hold half as much garbage as it has in use where it is large', () => {
    const { state, collect } = heap(20);
    collect(0);
    collect(9);
    expect(state.collections).to.equal(1);
    collect(1);
    expect(state.collections).to.equal(2);
  });

  it('is cleaned thoroughly where it is small only', () => {
    const { state, collect } = heap(20);
    collect(0);
    collect(10);
    expect(state.thorough).to.equal(1);
    state.inUse = 6;
    collect(30);
    collect(2);
    expect(state.thorough).to.equal(2);
  });

  it('is cleaned again when it has become small', () => {
    const { state, collect } = heap(20);
    collect(0);
    state.inUse = 6;
    collect(34);
    collect(2);
    expect(state.collections).to.equal(3);
  });

  it('is looked at once for collections in a row', () => {
    const { due, collected } = heap(10);
    for (let i = 0; i < 5; i++) collected();
    expect(due).to.have.length(1);
  });

  it("is V8's where it cannot be cleaned", () => {
    let timers = 0;
    const collected = createHeapTrimmer({
      usedBytes: () => Infinity,
      collectGarbage: undefined,
      setTimer: () => {
        timers += 1;
        return () => undefined;
      },
    });
    collected();
    expect(timers).to.equal(0);
  });
});
