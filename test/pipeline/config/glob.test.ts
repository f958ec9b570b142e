import { expect } from 'chai';
import fc from 'fast-check';
import { globMatcher, globSelector } from '../../../pipeline/config/glob.ts';

/** The definition, without regular expressions. */
function matches(pattern: string, name: string): boolean {
  if (pattern === '') return name === '';
  if (pattern[0] === '*')
    return matches(pattern.slice(1), name) || (name !== '' && matches(pattern, name.slice(1)));
  return (
    name !== '' && (pattern[0] === '?' || pattern[0] === name[0]) && matches(pattern.slice(1), name.slice(1))
  );
}

describe('globs', () => {
  it('match whole names: nvme1 is not nvme10', () => {
    const matcher = globMatcher(['nvme1']);
    expect(matcher('nvme1')).to.equal(true);
    expect(matcher('nvme10')).to.equal(false);
    expect(matcher('xnvme1')).to.equal(false);
  });

  it('take * for any characters and ? for one', () => {
    expect(['nvme1n1', 'nvme1n12', 'nvme12n1'].filter(globMatcher(['nvme?n1']))).to.deep.equal(['nvme1n1']);
    expect(['vol-0a', 'vol-0b', 'AWS1'].filter(globMatcher(['vol-*']))).to.deep.equal(['vol-0a', 'vol-0b']);
  });

  it('take every other character for itself', () => {
    expect(globMatcher(['aws.ebs.volume.io'])('aws.ebs.volume_io')).to.equal(false);
    expect(globMatcher(['a[1]+(b)|^$\\{}'])('a[1]+(b)|^$\\{}')).to.equal(true);
  });

  it('match nothing where there are none', () => {
    expect(globMatcher([])('')).to.equal(false);
  });

  it('match what their definition says', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '[', '\n'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '[', '*', '?', '\n'), maxLength: 8 });
    fc.assert(fc.property(pattern, text, (glob, name) => globMatcher([glob])(name) === matches(glob, name)));
  });

  it('select what one name includes and no name excludes', () => {
    const selects = globSelector({ include: ['vol-0a*', 'nvme2n1'], exclude: ['nvme9*'] });
    expect(selects(['vol-0a1', 'nvme1n1'])).to.equal(true);
    expect(selects(['vol-0b1', 'nvme2n1'])).to.equal(true);
    expect(selects(['vol-0a1', 'nvme9n1'])).to.equal(false);
    expect(selects(['vol-0b1', 'nvme3n1'])).to.equal(false);
  });
});
