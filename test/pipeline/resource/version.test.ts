import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { productVersion } from '../../../pipeline/resource/version.ts';

describe('the version', () => {
  it('is the package’s', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(productVersion()).to.equal(version);
  });

  it('is unknown where no package.json is above', () => {
    expect(productVersion('file:///nonexistent/folder/file.js')).to.equal('unknown');
  });
});
