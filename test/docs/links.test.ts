import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { expect } from 'chai';
import { projectFiles, textOf } from '../architecture/source-tree.ts';

/** Links between documents, and the index of them. */

const documents = projectFiles(/\.md$/);

/** Without what is shown as code, which leads nowhere. */
const prose = (path: string): string =>
  textOf(path)
    .replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, ' '));

/** As GitHub makes them of headings; a second one of the same name gets a number. */
function anchorsIn(path: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const headings = textOf(path)
    .replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '')
    .matchAll(/^#{1,6} +(.*?)\s*$/gm);
  const anchors = Array.from(headings, ([, heading = '']) => {
    const anchor = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
  return new Set(anchors);
}

interface Link {
  readonly path: string;
  readonly anchor: string | undefined;
}

function linksIn(document: string): readonly Link[] {
  return [...prose(document).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, to = '']) => to)
    .filter((to) => !/^[a-z]+:/.test(to))
    .map((to) => {
      const [path = '', anchor] = to.split('#');
      const from = posix.dirname(document);
      return { path: path === '' ? document : posix.normalize(posix.join(from, path)), anchor };
    });
}

describe('the documents', () => {
  for (const document of documents) {
    it(`lead to what is there: ${document}`, () => {
      const lost = linksIn(document).filter(
        ({ path, anchor }) =>
          !existsSync(new URL(`../../${path}`, import.meta.url)) ||
          (anchor !== undefined && !(path.endsWith('.md') && anchorsIn(path).has(anchor))),
      );
      expect(lost).to.deep.equal([]);
    });
  }

  it('are all in docs/README.md, once each; runbooks have an index of their own', () => {
    const index = 'docs/README.md';
    const listed = linksIn(index).map(({ path }) => path);
    const expected = projectFiles(/^docs\/(?!runbooks\/EBS).*\.md$/).filter((path) => path !== index);
    expect(expected.filter((path) => !listed.includes(path))).to.deep.equal([]);
    expect(new Set(listed).size).to.equal(listed.length);
  });
});
