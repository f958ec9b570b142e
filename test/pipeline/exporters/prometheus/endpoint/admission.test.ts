import { expect } from 'chai';
import {
  type Claim,
  createAdmission,
  leastDeserving,
} from '../../../../../pipeline/exporters/prometheus/endpoint/admission.ts';

const stranger = (group: string): Claim => ({ group, regular: false });
const regular = (group: string): Claim => ({ group, regular: true });

describe('who gives up the place', () => {
  it('is the newest of the crowd', () => {
    const claims = [stranger('crowd'), stranger('crowd'), stranger('scraper')];
    expect(leastDeserving(claims)).to.equal(claims[1]);
  });

  it('is the newcomer where it is one of the crowd', () => {
    const claims = [stranger('scraper'), stranger('crowd'), stranger('crowd')];
    expect(leastDeserving(claims)).to.equal(claims[2]);
  });

  it('is a stranger before a regular of the same address', () => {
    const claims = [stranger('one'), regular('one'), stranger('one'), regular('one')];
    expect(leastDeserving(claims)).to.equal(claims[2]);
  });

  it('is the newest where all of the crowd are regulars', () => {
    const claims = [regular('one'), regular('one')];
    expect(leastDeserving(claims)).to.equal(claims[1]);
  });
});

describe('admission', () => {
  it('has as many places as it is told, and gives them again', () => {
    const { enter } = createAdmission(2);
    const first = enter(stranger('a'));
    expect(first).not.to.equal(undefined);
    expect(enter(stranger('a'))).not.to.equal(undefined);
    expect(enter(stranger('a'))).to.equal(undefined);
    first?.end();
    expect(enter(stranger('a'))).not.to.equal(undefined);
  });

  it('makes a place for a scraper in a crowd', async () => {
    const { enter } = createAdmission(2);
    enter(stranger('crowd'));
    const last = enter(stranger('crowd'));
    expect(enter(stranger('scraper'))).not.to.equal(undefined);
    await last?.displaced;
    last?.end();
    expect(enter(stranger('crowd'))).to.equal(undefined);
  });
});
