import { expect } from 'chai';
import { createComplaint } from '../../receiver/complaint.ts';

describe('a complaint', () => {
  it('is made once as long as it stays the same, and again after all was well', () => {
    const said: unknown[] = [];
    const complain = createComplaint({ warn: (message, fields) => said.push([message, fields]) });
    complain('the disk is full', { path: '/a' });
    complain('the disk is full', { path: '/a' });
    complain('the disk is gone');
    complain('the disk is full');
    complain(undefined);
    complain('the disk is full');
    expect(said).to.deep.equal([
      ['the disk is full', { path: '/a' }],
      ['the disk is gone', {}],
      ['the disk is full', {}],
      ['the disk is full', {}],
    ]);
  });
});
