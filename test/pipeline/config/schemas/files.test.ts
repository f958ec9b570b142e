import { expect } from 'chai';
import { absolutePath } from '../../../../pipeline/config/schema.ts';
import { parseWith } from '../parsing.ts';

describe('an absolute path', () => {
  it('begins with a slash', async () => {
    expect(await parseWith(absolutePath(), '/sys')).to.deep.equal({ value: '/sys' });
    expect(await parseWith(absolutePath(), 'sys')).to.deep.equal({
      problems: ['f.yaml:1:1: exporter x: expected an absolute path but received "sys"'],
    });
  });
});
