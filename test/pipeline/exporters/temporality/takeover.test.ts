import type { HrTime } from '@opentelemetry/api';
import { expect } from 'chai';
import { collection, converterOf, other, push, reading, refuse } from './converting.ts';
import { at, volumeAttributes } from './world.ts';

describe('a delta that is not taken over', () => {
  const started = () => {
    const converter = converterOf();
    push(converter, collection(reading(10, at(110))));
    return converter;
  };

  it('is in the next one', () => {
    const converter = started();
    expect(refuse(converter, collection(reading(12, at(120))))).to.deep.equal(['2 in 110..120']);
    expect(refuse(converter, collection(reading(13, at(130))))).to.deep.equal(['3 in 110..130']);
    expect(push(converter, collection(reading(17, at(140))))).to.deep.equal(['7 in 110..140']);
    expect(push(converter, collection(reading(18, at(150))))).to.deep.equal(['1 in 140..150']);
  });

  it('is in the next one also where the reading is the same', () => {
    const converter = started();
    const metrics = collection(reading(12, at(120)));
    expect(refuse(converter, metrics)).to.deep.equal(['2 in 110..120']);
    expect(push(converter, metrics)).to.deep.equal(['2 in 110..120']);
  });

  it('is not lost where the series starts over before the next one', () => {
    const converter = started();
    refuse(converter, collection(reading(12, at(120))));
    expect(refuse(converter, collection(reading(5, at(130), at(125))))).to.deep.equal(['7 in 110..130']);
    expect(push(converter, collection(reading(4, at(140), at(125))))).to.deep.equal(['11 in 110..140']);
  });

  it('is not lost where the volume is gone before the next one', () => {
    const converter = started();
    refuse(converter, collection(reading(12, at(120))));
    const rest = collection(reading(1, at(130), at(125), other));
    expect(refuse(converter, rest)).to.deep.equal(['1 in 125..130', '2 in 110..120']);
    expect(push(converter, collection())).to.deep.equal(['2 in 110..120', '1 in 125..130']);
    expect(push(converter, collection())).to.deep.equal([]);
  });

  it('cannot be taken over once there is a later one, nor twice', () => {
    const converter = started();
    const first = converter.compute(collection(reading(12, at(120))));
    const second = converter.compute(collection(reading(13, at(130))));
    const late = 'a delta can be taken over once, and before the next one is computed: it would count twice';
    expect(first.commit).to.throw(late);
    expect(first.stateAfter).to.throw(late);
    second.commit();
    expect(second.commit).to.throw(late);
  });
});

describe('series that are gone', () => {
  /** Attributes objects are kept, as a volume's are while it cannot be read. */
  const volumes = Array.from({ length: 10 }, (_, index) => volumeAttributes(`vol-${index}`));
  const readings = (value: number, endTime: HrTime, which: readonly number[], startTime = at(10)) =>
    collection(...which.map((index) => reading(value, endTime, startTime, volumes[index])));

  it('are remembered as long as they are few', () => {
    const converter = converterOf({ maxMissing: 2 });
    push(converter, readings(1, at(110), [0, 1, 2]));
    push(converter, readings(2, at(120), [2]));
    expect(push(converter, readings(9, at(130), [0, 1, 2]))).to.deep.equal([
      '8 in 110..130',
      '8 in 110..130',
      '7 in 120..130',
    ]);
  });

  it('are forgotten when they are many, those first that are missing longest', () => {
    const converter = converterOf({ maxMissing: 4 });
    push(converter, readings(1, at(110), [0, 1, 2, 3, 4]));
    push(converter, readings(2, at(120), [2, 3, 4]));
    push(converter, readings(3, at(130), []));
    // Three are left: 2, 3 and 4. Those that were forgotten begin anew.
    expect(push(converter, readings(9, at(140), [0, 1, 2, 3, 4]))).to.deep.equal([
      '7 in 120..140',
      '7 in 120..140',
      '7 in 120..140',
    ]);
    expect(push(converter, readings(10, at(150), [0]))).to.deep.equal(['1 in 140..150']);
  });

  it('are forgotten before any that is there', () => {
    const converter = converterOf({ maxMissing: 1 });
    push(converter, readings(1, at(110), [0, 1, 2, 3, 4]));
    push(converter, readings(2, at(120), [2, 3, 4]));
    expect(push(converter, readings(3, at(130), [0, 1, 2, 3, 4]))).to.deep.equal([
      '1 in 120..130',
      '1 in 120..130',
      '1 in 120..130',
    ]);
  });

  it('that were forgotten are sent whole when they started later than anything forgotten was sent', () => {
    const converter = converterOf({ maxMissing: 0 });
    push(converter, readings(1, at(110), [0], at(105)));
    push(converter, readings(1, at(120), [1], at(105)));
    expect(push(converter, readings(5, at(130), [0], at(105)))).to.deep.equal([]);
    push(converter, readings(1, at(140), []));
    expect(push(converter, readings(5, at(150), [0], at(145)))).to.deep.equal(['5 in 145..150']);
  });
});
