import { expect } from 'chai';
import { parseRetryAfterMs } from '../../pipeline/retry-after.ts';

const nowMs = Date.parse('Sat, 21 Nov 2026 12:00:00 GMT');

describe('Retry-After', () => {
  const headers: readonly (readonly [string, number | undefined])[] = [
    ['30', 30_000],
    ['0', 0],
    ['Sat, 21 Nov 2026 12:00:59 GMT', 59_000],
    ['Sat, 21 Nov 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', 0],
  ];
  for (const [header, waitMs] of headers) {
    it(`${header} is ${waitMs ?? 'nothing'}`, () =>
      expect(parseRetryAfterMs(header, nowMs)).to.equal(waitMs));
  }

  it('may say an hour at most: a clock that is wrong, there or here, must not end it all', () => {
    expect(parseRetryAfterMs('86400', nowMs)).to.equal(3_600_000);
    expect(parseRetryAfterMs('9'.repeat(400), nowMs)).to.equal(3_600_000);
    expect(parseRetryAfterMs('Sat, 21 Nov 2026 12:00:00 GMT', 0)).to.equal(3_600_000);
  });
});
