import { expect } from 'chai';
import { attributeLabels, labelName } from '../../../../pipeline/exporters/prometheus/labels.ts';

describe('attributes as Prometheus labels', () => {
  const names: readonly (readonly [string, string])[] = [
    ['k8s.node.name', 'k8s_node_name'],
    ['a..b--c__d', 'a_b_c_d'],
    ['Größe', 'Gr_e'],
    ['2fast', 'key_2fast'],
    ['_own', '_own'],
    ['', '_'],
    ['le', 'exported_le'],
  ];
  for (const [attribute, label] of names) {
    it(`names ${JSON.stringify(attribute)} ${label}`, () => expect(labelName(attribute)).to.equal(label));
  }

  it('keeps the order of the attributes', () => {
    expect(attributeLabels({ b: '1', a: '2' })).to.deep.equal(['b="1"', 'a="2"']);
  });

  it('writes what is no string as JSON, and leaves out what is undefined', () => {
    expect(attributeLabels({ n: 1.5, b: true, l: ['x', 'y'], u: undefined })).to.deep.equal([
      'n="1.5"',
      'b="true"',
      String.raw`l="[\"x\",\"y\"]"`,
    ]);
  });

  it("joins the values of attributes that share a label, in the order of the attributes' names", () => {
    expect(attributeLabels({ 'a.b': 'second', z: '0', 'a-b': 'first' })).to.deep.equal([
      'a_b="first;second"',
      'z="0"',
    ]);
  });

  it('leaves out labels that are taken', () => {
    expect(attributeLabels({ node: 'x', team: 'y' }, new Set(['node']))).to.deep.equal(['team="y"']);
  });
});
