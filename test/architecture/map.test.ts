import { expect } from 'chai';
import { projectFiles, textOf } from './source-tree.ts';

/** The map of the code in CONTRIBUTING.md, against the code. */

const map =
  textOf('CONTRIBUTING.md')
    .split('## ')
    .find((section) => section.startsWith('The map')) ?? '';
const onMap = [...map.matchAll(/`([\w./-]+\/)`/g)].map(([, folder = '']) => folder);
const files = projectFiles(/\.(?:ts|cc|h|sh)$/);

describe('the map of the code', () => {
  it('shows only folders that exist', () => {
    const gone = onMap.filter((folder) => !projectFiles(/./).some((path) => path.startsWith(folder)));
    expect(gone).to.deep.equal([]);
  });

  it('shows where every source file belongs', () => {
    const deepEnough = (path: string, folder: string) =>
      path.startsWith(folder) && (folder.split('/').length > 2 || !path.slice(folder.length).includes('/'));
    const tested = /^test\/(?:receiver|pipeline|docs|deploy)\//;
    const lost = files.filter(
      (path) => !tested.test(path) && !onMap.some((folder) => deepEnough(path, folder)),
    );
    expect(lost).to.deep.equal([]);
  });
});
