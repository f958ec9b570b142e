import { expect } from 'chai';
import { fillIn, findIn, setIn } from '../../../pipeline/config/edit.ts';
import { scalarNode, type Node } from '../../../pipeline/config/node.ts';
import { tree } from './parsing.ts';

const value = scalarNode('new', { source: '--set' });
const keys = (node: Node | undefined) =>
  node?.kind === 'mapping' ? node.entries.map(({ key }) => key) : undefined;

describe('a tree', () => {
  it('gets a value in the place of another, the rest stays', async () => {
    const before = await tree('a: {b: 1, c: 2}\nd: 3\n');
    const after = setIn(before, ['a', 'b'], value);
    expect(findIn(after, ['a', 'b'])).to.equal(value);
    expect(keys(findIn(after, ['a']))).to.deep.equal(['b', 'c']);
    expect(findIn(after, ['d'])).to.equal(findIn(before, ['d']));
    expect(findIn(before, ['a', 'b'])).to.have.property('text', '1');
  });

  it('gets the maps that lead to a value, where nothing is', async () => {
    const after = setIn(await tree('a:\n'), ['a', 'b', 'c'], value);
    expect(findIn(after, ['a', 'b', 'c'])).to.equal(value);
    expect(findIn(setIn(undefined, ['x'], value), ['x'])).to.equal(value);
  });

  it('lets nothing through a list or a scalar', async () => {
    expect(setIn(await tree('a: [1]'), ['a', 'b'], value)).to.equal(undefined);
    expect(setIn(await tree('a: 1'), ['a', 'b'], value)).to.equal(undefined);
  });

  it('is filled only where nothing was written', async () => {
    const before = await tree('a: 1\nb:\n');
    expect(findIn(fillIn(before, ['a'], value), ['a'])).to.have.property('text', '1');
    expect(findIn(fillIn(before, ['b'], value), ['b'])).to.equal(value);
    expect(fillIn(before, ['a', 'x'], value)).to.equal(before);
  });
});
