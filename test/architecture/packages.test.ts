import { expect } from 'chai';
import { textOf } from './source-tree.ts';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

interface LockedPackage {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(textOf('package.json')) as Manifest;
const { packages } = JSON.parse(textOf('package-lock.json')) as {
  packages: Readonly<Record<string, LockedPackage>>;
};
const { '': _root, ...installed } = packages;

describe('packages', () => {
  it('are asked for by exact version', () => {
    const inexact = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    expect(inexact).to.deep.equal([]);
  });

  it('come from whichever registry the machine uses', () => {
    expect(Object.entries(installed).filter(([, { resolved }]) => resolved !== undefined)).to.deep.equal([]);
  });

  it('are locked with a hash each, but for the linter’s binaries for other systems', () => {
    const without = Object.entries(installed).filter(([, { integrity }]) => integrity === undefined);
    expect(
      without.map(([path]) => path).filter((path) => !/\/@oxlint(-tsgolint)?\//.test(path)),
    ).to.deep.equal([]);
  });

  it('are locked for every platform', () => {
    // npm leaves out of a lockfile what a registry does not offer at the time, and then `npm ci` refuses that lockfile.
    const missing = Object.values(installed)
      .flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}))
      .filter((name) => !Object.keys(installed).some((path) => path.endsWith(`node_modules/${name}`)));
    expect(missing).to.deep.equal([]);
  });

  it('hold one copy of each part of the SDK', () => {
    const copies = Object.keys(installed).filter((path) =>
      /node_modules\/.*node_modules\/@opentelemetry\//.test(path),
    );
    expect(copies).to.deep.equal([]);
  });
});
