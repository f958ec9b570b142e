import { expect } from 'chai';
import { describeReaderEnd } from '../../../receiver/nvme/reader-end.ts';

describe('how a reader process ended', () => {
  const ends: readonly [waitStatus: number, refusedCall: number, said: string][] = [
    [9, -1, 'killed by SIGKILL'],
    [0x8b, -1, 'killed by SIGSEGV'],
    [64, -1, 'killed by signal 64'],
    [77 << 8, 41, 'it made system call 41, which it may not'],
    [3 << 8, -1, 'it could not be started'],
    [4 << 8, -1, 'it was sent what is no request'],
    [1 << 8, -1, 'exit code 1'],
  ];
  for (const [waitStatus, refusedCall, said] of ends) {
    it(`is said as: ${said}`, () => expect(describeReaderEnd(waitStatus, refusedCall)).to.equal(said));
  }
});
