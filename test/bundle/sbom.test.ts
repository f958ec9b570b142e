import { expect } from 'chai';
import { sbomOfShipped, type Sbom } from '../../bundle/sbom.ts';

const component = (ref: string) => ({
  'bom-ref': ref,
  name: ref.slice(0, ref.lastIndexOf('@')),
  licenses: [],
});
const root = { ...component('product@1.0.0'), name: 'checkout' };
const installed: Sbom = {
  metadata: { component: root },
  components: ['a@1.0.0', 'a@2.0.0', 'b@1.0.0', 'mocha@12.0.0'].map(component),
  dependencies: [
    { ref: 'product@1.0.0', dependsOn: ['a@1.0.0', 'mocha@12.0.0'] },
    { ref: 'a@1.0.0', dependsOn: ['b@1.0.0'] },
    { ref: 'a@2.0.0', dependsOn: [] },
    { ref: 'b@1.0.0', dependsOn: [] },
    { ref: 'mocha@12.0.0', dependsOn: ['a@2.0.0'] },
  ],
};

describe('the bill of materials', () => {
  it('is of what is shipped, in the version that is, and of what that depends on', () => {
    const { components, dependencies } = sbomOfShipped(installed, 'product', ['a@1.0.0', 'b@1.0.0']);
    expect(components).to.deep.equal([component('a@1.0.0'), component('b@1.0.0')]);
    expect(dependencies).to.deep.equal([
      { ref: 'product@1.0.0', dependsOn: ['a@1.0.0'] },
      { ref: 'a@1.0.0', dependsOn: ['b@1.0.0'] },
      { ref: 'b@1.0.0', dependsOn: [] },
    ]);
  });

  it("has the product's name, wherever it is built", () => {
    const { metadata } = sbomOfShipped(installed, 'product', []);
    expect(metadata.component).to.deep.equal({ ...root, name: 'product' });
  });

  it('is refused where something is shipped that the lockfile does not know', () => {
    expect(() => sbomOfShipped(installed, 'product', ['a@3.0.0'])).to.throw(
      'a@3.0.0 is shipped and not in the lockfile',
    );
  });
});
