import { expect } from 'chai';
import fc from 'fast-check';
import { createStateRoom, takeRoom } from '../../../receiver/nvme/state-room.ts';

describe('the room of a reading', () => {
  it('gives nobody what another was given, and says how much it gave', () => {
    fc.assert(
      fc.property(fc.nat(400), fc.array(fc.nat(400), { maxLength: 20 }), (length, lengths) => {
        const room = createStateRoom(length);
        const given = lengths.map((each, index) => {
          const at = takeRoom(room, each);
          const part = room.values.subarray(at, at + each);
          expect(part.every((value) => value === 0)).to.equal(true);
          part.fill(index + 1);
          return part;
        });
        expect(given.map((part) => part.length)).to.deep.equal(lengths);
        given.forEach((part, index) => expect(part.every((value) => value === index + 1)).to.equal(true));
        expect(room.taken).to.equal(lengths.reduce((sum, each) => sum + each, 0));
      }),
    );
  });

  it('is one array where it was known how much is needed', () => {
    const room = createStateRoom(300);
    const { values } = room;
    for (const length of [4, 28, 260, 4, 4]) takeRoom(room, length);
    expect(room.values).to.equal(values).with.length(300);
  });
});
