import { expect } from 'chai';
import { addressGroup } from '../../../../../pipeline/exporters/prometheus/endpoint/address-group.ts';

describe('who is behind an address', () => {
  const groups: readonly (readonly [string, string])[] = [
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::9', '2001:db8:1:2'],
    ['2001:db8::9', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
    ['::', '0:0:0:0'],
  ];
  for (const [address, group] of groups) {
    it(`is ${group} for ${address}`, () => expect(addressGroup(address)).to.equal(group));
  }
});
