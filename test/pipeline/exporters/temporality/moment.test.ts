import type { HrTime } from '@opentelemetry/api';
import { expect } from 'chai';
import {
  compareMoments,
  earlier,
  isAfter,
  later,
} from '../../../../pipeline/exporters/temporality/moment.ts';

describe('moments', () => {
  const first: HrTime = [10, 999_999_999];
  const second: HrTime = [11, 0];
  const third: HrTime = [11, 1];

  it('are in order by seconds, then by nanoseconds', () => {
    expect([third, first, second].sort(compareMoments)).to.deep.equal([first, second, third]);
    expect([isAfter(third, second), isAfter(second, third), isAfter(second, [11, 0])]).to.deep.equal([
      true,
      false,
      false,
    ]);
    expect([earlier(second, third), earlier(third, second)]).to.deep.equal([second, second]);
    expect([later(second, third), later(third, second)]).to.deep.equal([third, third]);
  });
});
