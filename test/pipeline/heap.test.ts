import { expect } from 'chai';
import { createHeapTrimmer } from '../../pipeline/heap.ts';

const mebibyte = 1024 * 1024;

/** A heap whose collector leaves what is in use. */
function heap(inUseMebibytes: number) {
  const state = { garbage: 0, collections: 0, thorough: 0 };
  const collected = createHeapTrimmer({
    usedBytes: () => (inUseMebibytes + state.garbage) * mebibyte,
    collectGarbage: (thoroughly) => {
      state.garbage = 0;
      state.collections += 1;
      state.thorough += thoroughly ? 1 : 0;
    },
    setTimer: (run) => {
      run();
      return () => undefined;
    },
  });
  return {
    state,
    /** So many collections, each of which leaves so much behind. */
    collect(times: number, garbageMebibytes: number) {
      for (let i = 0; i < times; i++) {
        state.garbage += garbageMebibytes;
        collected();
      }
    },
  };
}

describe('the heap', () => {
  it('is cleaned once in six collections, however much they leave behind', () => {
    const { state, collect } = heap(10);
    collect(5, 5);
    expect(state.collections).to.equal(0);
    collect(1, 5);
    expect(state).to.deep.equal({ garbage: 0, collections: 1, thorough: 1 });
    collect(60, 5);
    expect(state.collections).to.equal(11);
  });

  it('is not cleaned for a little garbage', () => {
    const { state, collect } = heap(10);
    collect(6, 0.2);
    expect(state.collections).to.equal(1);
    collect(6, 0.2);
    expect(state.collections).to.equal(1);
    collect(6, 0.2);
    expect(state.collections).to.equal(2);
  });

  it('is cleaned thoroughly as long as it is known to be small', () => {
    const small = heap(10);
    small.collect(18, 2);
    expect(small.state).to.include({ collections: 3, thorough: 3 });
    const large = heap(20);
    large.collect(18, 2);
    expect(large.state).to.include({ collections: 3, thorough: 1 });
  });

  it("is V8's to clean where it was started without the means", () => {
    let timers = 0;
    const collected = createHeapTrimmer({
      usedBytes: () => Infinity,
      collectGarbage: undefined,
      setTimer: () => {
        timers += 1;
        return () => undefined;
      },
    });
    for (let i = 0; i < 100; i++) collected();
    expect(timers).to.equal(0);
  });
});
