import { expect } from 'chai';
import { parsePodLogFolder } from '../../../receiver/kubelet/pod-names.ts';

describe('the folder of a pod’s logs', () => {
  it('is named by namespace, name and uid', () => {
    expect(parsePodLogFolder('shop_db-0.eu_0d3a2c1e-7a1b-4b0e-9d2b-2f5c2f4d1a00')).to.deep.equal({
      namespace: 'shop',
      name: 'db-0.eu',
      uid: '0d3a2c1e-7a1b-4b0e-9d2b-2f5c2f4d1a00',
    });
  });

  for (const folder of ['', 'lost+found', 'shop_db-0', 'a_b_c_d', '_db-0_0d3a', 'SHOP_db_0d3a']) {
    it(`is none where it is ${JSON.stringify(folder)}`, () =>
      expect(parsePodLogFolder(folder)).to.equal(undefined));
  }
});
