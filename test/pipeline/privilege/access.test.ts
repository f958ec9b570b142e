import { expect } from 'chai';
import {
  inspectFile,
  unreadablePart,
  unwritablePart,
  type FoundPath,
  type Inspect,
} from '../../../pipeline/privilege/access.ts';

const user = 65532;
const tree: Readonly<Record<string, Partial<FoundPath> & { readonly mode: number }>> = {
  '/': { mode: 0o755 },
  '/etc': { mode: 0o755 },
  '/etc/open.yaml': { mode: 0o644 },
  '/etc/closed.yaml': { mode: 0o600 },
  '/etc/ours.yaml': { mode: 0o600, owner: user },
  '/etc/not-for-us.yaml': { mode: 0o044, owner: user },
  '/etc/of-our-group.yaml': { mode: 0o640, group: user },
  '/private': { mode: 0o700 },
  '/private/open.yaml': { mode: 0o644 },
  '/private/ours': { mode: 0o700, owner: user },
  '/passable': { mode: 0o711 },
  '/passable/open.yaml': { mode: 0o644 },
  '/var': { mode: 0o755 },
  '/var/ours': { mode: 0o700, owner: user },
  '/var/theirs': { mode: 0o755 },
  '/var/shared': { mode: 0o2775, group: user },
  '/var/read-only': { mode: 0o500, owner: user },
};
const inspect: Inspect = (path) => {
  const found = tree[path];
  return found && { owner: 0, group: 0, isFile: path.endsWith('.yaml'), ...found };
};

describe('what a user cannot read', () => {
  const cases: readonly [string, string | undefined][] = [
    ['/etc/open.yaml', undefined],
    ['/etc/closed.yaml', '/etc/closed.yaml'],
    ['/private/open.yaml', '/private'],
    ['/passable/open.yaml', undefined],
    ['/passable', '/passable'],
    ['/etc/../private/open.yaml', '/private'],
    ['/etc/missing.yaml', undefined],
    ['/etc/ours.yaml', undefined],
    ['/etc/not-for-us.yaml', '/etc/not-for-us.yaml'],
    ['/etc/of-our-group.yaml', undefined],
  ];
  for (const [path, part] of cases) {
    it(`of ${path} is ${part ?? 'nothing'}`, () =>
      expect(unreadablePart(path, user, inspect)).to.equal(part));
  }

  it('is what the file system says', () => {
    expect(inspectFile('/nowhere')).to.equal(undefined);
    expect(inspectFile('/proc/self/status')).to.include({ isFile: true });
    expect(inspectFile('/proc')).to.include({ isFile: false });
  });
});

describe('where a user cannot keep a folder', () => {
  const cases: readonly [string, string | undefined][] = [
    ['/var/ours', undefined],
    ['/var/ours/queue/otlphttp', undefined],
    ['/var/shared/otlphttp', undefined],
    ['/var/theirs', '/var/theirs'],
    ['/var/theirs/otlphttp', '/var/theirs'],
    ['/var/read-only', '/var/read-only'],
    ['/private/ours', '/private'],
    ['/nowhere/at/all', '/'],
  ];
  for (const [path, part] of cases) {
    it(`instead of ${path} is ${part ?? 'nowhere'}`, () =>
      expect(unwritablePart(path, user, inspect)).to.equal(part));
  }
});
