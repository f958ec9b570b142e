import { expect } from 'chai';
import { projectFiles, textOf } from '../architecture/source-tree.ts';

/** What documents name in code is there, too: a path of the project that begins with one of its folders. */

const files = new Set(projectFiles(/./));
const folders = new Set(
  [...files].flatMap((file) => file.split('/').map((_, depth, parts) => parts.slice(0, depth).join('/'))),
);
const pathInCode = /`((?:\.ci|bundle|deploy|docs|native|pipeline|receiver|test)\/[\w.@/-]*)`/g;

describe('paths that documents name', () => {
  for (const document of projectFiles(/\.md$/)) {
    it(`are there: ${document}`, () => {
      const named = [...textOf(document).matchAll(pathInCode)].map(([, path = '']) =>
        path.replace(/\/$/, ''),
      );
      expect(named.filter((path) => !files.has(path) && !folders.has(path))).to.deep.equal([]);
    });
  }
});
