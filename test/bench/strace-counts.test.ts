import { expect } from 'chai';
import { parseStraceCounts } from './strace-counts.ts';

describe('the counts of strace', () => {
  it('are read with and without errors, the most frequent first and no sum among them', () => {
    const counts = parseStraceCounts(`% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 55.04    0.004711         168        28           ioctl
 30.11    0.002577           4       558        12 openat
 14.85    0.001271           2         1           mprotect
------ ----------- ----------- --------- --------- ----------------
100.00    0.008559           4       587        12 total
`);
    expect([...counts]).to.deep.equal([
      ['openat', 558],
      ['ioctl', 28],
      ['mprotect', 1],
    ]);
  });
});
